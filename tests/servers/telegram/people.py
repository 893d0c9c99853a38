"""People and groups of the loopback server: what they do becomes updates, as Telegram makes."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tests.servers.telegram.entities import automatic, length

if TYPE_CHECKING:
    from tests.servers.telegram.server import TelegramServer

Message = dict[str, Any]
ANONYMOUS = {
    "id": 1_087_968_824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot",
}  # fmt: skip
AS_CHANNEL = {
    "id": 136_817_688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot",
}  # fmt: skip
_queries = itertools.count(70_000_000_001)


class Person:
    """Somebody on Telegram. `sends`, `presses`, `asks_inline` are what a person does."""

    def __init__(
        self, server: TelegramServer, number: int, name: str, username: str, language: str
    ) -> None:
        self._server = server
        self.id = number
        self.name = name
        self.username = username
        self.language = language
        self.started = False
        self.blocked = False

    @property
    def user(self) -> dict[str, Any]:
        """The person as a User object."""
        user = {"id": self.id, "is_bot": False, "first_name": self.name}
        if self.username:
            user["username"] = self.username
        if self.language:
            user["language_code"] = self.language
        return user

    @property
    def chat(self) -> dict[str, Any]:
        """The private chat with the bot."""
        chat = {"id": self.id, "type": "private", "first_name": self.name}
        return chat | ({"username": self.username} if self.username else {})

    def sends(
        self, text: str | None = None, *, to: Group | None = None, reply: Message | None = None,
        edits: Message | None = None, **more: Any,
    ) -> Message:  # fmt: skip
        """Write to the bot or into a group; the message. `more` goes into it as it stands."""
        message = self.writes(text, to=to, reply=reply, edits=edits, **more)
        if to is None:
            self.started = True
        if to is None or to.shows(message):
            kind = "edited_message" if edits else "message"
            self._server.deliver({"update_id": self._next(), kind: message})
        return message

    def writes(
        self, text: str | None = None, *, to: Group | None = None, reply: Message | None = None,
        edits: Message | None = None, sender: dict[str, Any] | None = None, **more: Any,
    ) -> Message:  # fmt: skip
        """A message, without telling the bot of it."""
        message: Message = {
            "message_id": edits["message_id"] if edits else next(self._server.ids),
            "from": sender or self.user,
            "chat": to.chat if to else self.chat,
            "date": int(time.time()),
            **more,
        }
        if edits:
            message["edit_date"] = int(time.time()) + next(_queries) % 100_000
        if text is not None:
            message["text"] = text
            entities = [*more.get("entities", ()), *_seen(text)]
            if entities:
                message["entities"] = entities
        if reply:
            message["reply_to_message"] = {
                name: value for name, value in reply.items() if name != "reply_to_message"
            }
        self._server.all_messages[message["chat"]["id"], message["message_id"]] = message
        return message

    def forwards(self, text: str, origin: dict[str, Any] | None = None, **more: Any) -> Message:
        """Forward a message to the bot; by default of somebody who hides."""
        return self.sends(text, forward_origin=origin or hidden("Review Desk"), **more)

    def starts(self, payload: str = "") -> Message:
        """Follow a link to the bot's private chat."""
        return self.sends(f"/start {payload}".strip())

    def presses_button(self, message: Message, label: str) -> str:
        """Press a button by the beginning of its label; the query's id."""
        (data,) = {
            one["callback_data"]
            for row in message["reply_markup"]["inline_keyboard"]
            for one in row
            if one["text"].startswith(label) and "callback_data" in one
        }
        return self.presses_data(message, data)

    def presses_data(self, message: Message, data: str) -> str:
        """Press with any data, as a forged client can; the query's id."""
        query = str(next(_queries))
        self._server.methods.presses[query] = None
        self._server.deliver(
            {
                "update_id": self._next(),
                "callback_query": {
                    "id": query,
                    "from": self.user,
                    "message": message,
                    "chat_instance": "-123",
                    "data": data,
                },
            }
        )
        return query

    async def presses(self, message: Message, label: str) -> dict[str, Any]:
        """Press a button and wait for the answer: its parameters."""
        return await self.answered(self.presses_button(message, label))

    async def answered(self, query: str) -> dict[str, Any]:
        """Wait until a press was answered."""
        presses = self._server.methods.presses
        await self._server.until(lambda: presses[query] is not None)
        return presses[query] or {}

    async def asks_inline(self, text: str) -> dict[str, Any]:
        """Type behind the bot's name in another chat; what is offered."""
        query = str(next(_queries))
        inline = self._server.methods.inline
        inline[query] = None
        asked = {"id": query, "from": self.user, "query": text, "offset": ""}
        self._server.deliver({"update_id": self._next(), "inline_query": asked})
        await self._server.until(lambda: inline[query] is not None)
        return inline[query] or {}

    async def hears(self, count: int = 1) -> list[Message]:
        """The next messages of the bot in the private chat."""
        return await self._server.said(self.id, count)

    def _next(self) -> int:
        return next(self._server._update_ids)


class Group:
    """A group or supergroup. `bot` is the bot's status there; `admins` are members too."""

    def __init__(
        self, server: TelegramServer, title: str, *, members: Iterable[Person] = (),
        admins: Iterable[Person] = (), bot: str = "administrator", kind: str = "supergroup",
    ) -> None:  # fmt: skip
        self._server = server
        number = next(server.numbers)
        self.id = -1_000_000_000_000 - number if kind == "supergroup" else -number
        self.title = title
        self.kind = kind
        self.bot = bot
        self.admins = {one.id for one in admins}
        self.members = {one.id for one in members} | self.admins

    @property
    def chat(self) -> dict[str, Any]:
        """The group as a Chat object."""
        return {"id": self.id, "type": self.kind, "title": self.title}

    def shows(self, message: Message) -> bool:
        """Whether the bot is shown a message: with privacy mode on, only what concerns it."""
        me = self._server.me
        if self.bot in ("kicked", "left"):
            return False
        if self.bot == "administrator" or me["can_read_all_group_messages"]:
            return True
        text = message.get("text") or message.get("caption") or ""
        command = re.match(r"/\w+(?:@(\w+))?", text)
        replied = message.get("reply_to_message", {}).get("from", {}).get("id")
        return (
            (command is not None and command[1] in (None, me["username"]))
            or f"@{me['username']}" in text
            or replied == me["id"]
        )

    def member(self, user: int) -> dict[str, Any]:
        """A ChatMember object, as getChatMember answers."""
        person = self._server.people.get(user)
        of = person.user if person else {"id": user, "is_bot": False, "first_name": "?"}
        if user in self.admins:
            return {"status": "creator", "user": of, "is_anonymous": False}
        return {"status": "member" if user in self.members else "left", "user": of}

    def set_bot(self, status: str, by: Person) -> None:
        """Add, promote, restrict or throw out the bot."""
        old, self.bot = self._bot(), status
        change = {
            "chat": self.chat,
            "from": by.user,
            "date": int(time.time()),
            "old_chat_member": old,
            "new_chat_member": self._bot(),
        }
        self._server.deliver({"my_chat_member": change})

    def renames(self, title: str, by: Person) -> None:
        """Give the group another title."""
        self.title = title
        by.sends(to=self, new_chat_title=title)

    def upgrades(self, by: Person) -> Group:
        """Become a supergroup with another id; the old one is refused from now on."""
        new = self._server.group(self.title, bot=self.bot)
        new.members, new.admins = self.members, self.admins
        by.sends(to=self, migrate_to_chat_id=new.id)
        by.sends(to=new, migrate_from_chat_id=self.id)
        self._server.moved[self.id] = new.id
        return new

    async def hears(self, count: int = 1) -> list[Message]:
        """The next messages of the bot in the group."""
        return await self._server.said(self.id, count)

    def _bot(self) -> dict[str, Any]:
        me = self._server.me
        user = {name: me[name] for name in ("id", "is_bot", "first_name", "username")}
        rights = "is_anonymous can_manage_chat can_delete_messages can_manage_video_chats " \
            "can_restrict_members can_promote_members can_change_info can_invite_users " \
            "can_post_stories can_edit_stories can_delete_stories".split()  # fmt: skip
        can = "can_send_messages can_send_audios can_send_documents can_send_photos " \
            "can_send_videos can_send_video_notes can_send_voice_notes can_send_polls " \
            "can_send_other_messages can_add_web_page_previews can_react_to_messages " \
            "can_edit_tag can_change_info can_invite_users can_pin_messages " \
            "can_manage_topics".split()  # fmt: skip
        more: dict[str, Any] = {}
        if self.bot == "administrator":
            more = {"can_be_edited": False, **dict.fromkeys(rights, False)}
        elif self.bot == "restricted":
            more = {"is_member": True, **dict.fromkeys(can, False), "until_date": 0}
        elif self.bot == "kicked":
            more = {"until_date": 0}
        return {"status": self.bot, "user": user, **more}


def hidden(name: str) -> dict[str, Any]:
    """The origin of a message whose author hides behind a name."""
    return {"type": "hidden_user", "sender_user_name": name, "date": 1_700_000_000}


def from_user(person: Person) -> dict[str, Any]:
    """The origin of a message whose author does not hide."""
    return {"type": "user", "sender_user": person.user, "date": 1_700_000_000}


def from_channel(
    title: str, username: str = "", number: int = -1_001_234_567_890
) -> dict[str, Any]:
    """The origin of a channel's post."""
    chat = {"id": number, "type": "channel", "title": title}
    chat |= {"username": username} if username else {}
    return {"type": "channel", "chat": chat, "message_id": 7, "date": 1_700_000_000}


def from_chat(title: str, username: str = "", number: int = -1_009_876_543_210) -> dict[str, Any]:
    """The origin of a message sent on behalf of a group."""
    chat = {"id": number, "type": "supergroup", "title": title}
    chat |= {"username": username} if username else {}
    return {"type": "chat", "sender_chat": chat, "date": 1_700_000_000}


def _seen(text: str) -> list[dict[str, Any]]:
    """The entities Telegram finds by itself; a command in any place, a mention, an address."""
    return [one for one in automatic(text) if one["length"] <= length(text)]
