"""The methods of the Bot API that this project calls, with the refusals of the real one."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

from tests.servers.telegram.entities import EntityError, entities_of, length

if TYPE_CHECKING:
    from tests.servers.telegram.server import TelegramServer

TEXT_LIMIT = 4_096
_COMMAND = re.compile(r"[a-z0-9_]{1,32}", re.ASCII)


class Refusal(Exception):  # noqa: N818 - no error, an answer
    """The Bot API says no."""

    def __init__(
        self, status: int, description: str, parameters: dict[str, Any] | None = None
    ) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


class Methods:
    """What each method does; `call` finds it by its name."""

    def __init__(self, server: TelegramServer) -> None:
        self._server = server
        self.commands: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self.descriptions: dict[tuple[str, str], str] = {}
        self.presses: dict[str, dict[str, Any] | None] = {}
        self.inline: dict[str, dict[str, Any] | None] = {}

    def call(self, method: str, given: dict[str, Any]) -> Any:
        """Do what a method does. Raises: Refusal."""
        known = getattr(self, f"_{method}", None)
        if known is None:
            raise Refusal(404, "Not Found")
        return known(given)

    def _getMe(self, _: dict[str, Any]) -> Any:  # noqa: N802 - the Bot API's name
        return self._server.me

    def _sendMessage(self, given: dict[str, Any]) -> Any:  # noqa: N802
        server = self._server
        chat = self._chat(given["chat_id"])
        reply = (given.get("reply_parameters") or {}).get("message_id")
        replied = server.all_messages.get((given["chat_id"], reply)) if reply else None
        if (
            reply
            and replied is None
            and not given["reply_parameters"].get("allow_sending_without_reply")
        ):
            raise Refusal(400, "Bad Request: message to be replied not found")
        message: dict[str, Any] = {
            "message_id": next(server.ids),
            "from": {name: server.me[name] for name in ("id", "is_bot", "first_name", "username")},
            "chat": chat,
            "date": int(time.time()),
            **self._words(given),
            **self._markup(given),
        }
        if "message_thread_id" in given:
            message |= {"message_thread_id": given["message_thread_id"], "is_topic_message": True}
        if replied is not None:
            # Of what is replied to the Bot API shows one step.
            message["reply_to_message"] = {
                name: value for name, value in replied.items() if name != "reply_to_message"
            }
        server.all_messages[given["chat_id"], message["message_id"]] = message
        server.sent[given["chat_id"]].append(message)
        return message

    def _editMessageText(self, given: dict[str, Any]) -> Any:  # noqa: N802
        server = self._server
        self._chat(given["chat_id"])
        message = server.all_messages.get((given["chat_id"], given["message_id"]))
        if message is None or message["from"]["id"] != server.me["id"]:
            raise Refusal(400, "Bad Request: message to edit not found")
        changed = {**self._words(given), **self._markup(given)}
        before = {name: message.get(name) for name in ("text", "entities", "reply_markup")}
        if before == {name: changed.get(name) for name in before}:
            raise Refusal(
                400,
                "Bad Request: message is not modified: specified new message content "
                "and reply markup are exactly the same as a current content",
            )
        message.pop("reply_markup", None)
        message.pop("entities", None)
        message.update(changed, edit_date=int(time.time()))
        return message

    def _answerCallbackQuery(self, given: dict[str, Any]) -> Any:  # noqa: N802
        query = str(given["callback_query_id"])
        if query not in self.presses or self.presses[query] is not None:
            raise Refusal(
                400,
                "Bad Request: query is too old and response timeout expired or query ID is invalid",
            )
        if length(given.get("text", "")) > 200:
            raise Refusal(400, "Bad Request: MESSAGE_TOO_LONG")
        self.presses[query] = given
        return True

    def _answerInlineQuery(self, given: dict[str, Any]) -> Any:  # noqa: N802
        query = str(given["inline_query_id"])
        if query not in self.inline or self.inline[query] is not None:
            raise Refusal(
                400,
                "Bad Request: query is too old and response timeout expired or query ID is invalid",
            )
        for one in given["results"]:
            content = one["input_message_content"]
            content["parsed"] = self._words(
                {"text": content["message_text"], "parse_mode": content.get("parse_mode", "")}
            )
        self.inline[query] = given
        return True

    def _getChatMember(self, given: dict[str, Any]) -> Any:  # noqa: N802
        self._chat(given["chat_id"])
        group = self._server.groups.get(given["chat_id"])
        if group is None:
            raise Refusal(400, "Bad Request: member list is inaccessible")
        return group.member(given["user_id"])

    def _setMyCommands(self, given: dict[str, Any]) -> Any:  # noqa: N802
        for one in given["commands"]:
            if not _COMMAND.fullmatch(one["command"]):
                raise Refusal(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(one["description"]) <= 256:
                raise Refusal(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        scope = (given.get("scope") or {"type": "default"})["type"]
        self.commands[scope, given.get("language_code", "")] = given["commands"]
        return True

    def _setMyDescription(self, given: dict[str, Any]) -> Any:  # noqa: N802
        return self._describe("description", given, 512)

    def _setMyShortDescription(self, given: dict[str, Any]) -> Any:  # noqa: N802
        return self._describe("short_description", given, 120)

    def _setWebhook(self, given: dict[str, Any]) -> Any:  # noqa: N802
        if not re.fullmatch(r"[\w-]{1,256}", given.get("secret_token", "-"), re.ASCII):
            raise Refusal(400, "Bad Request: secret token contains unallowed characters")
        self._server.webhook = given
        return True

    def _deleteWebhook(self, _: dict[str, Any]) -> Any:  # noqa: N802
        self._server.webhook = {}
        return True

    def _describe(self, name: str, given: dict[str, Any], longest: int) -> bool:
        if len(given.get(name, "")) > longest:
            raise Refusal(400, f"Bad Request: {name} is too long")
        self.descriptions[name, given.get("language_code", "")] = given.get(name, "")
        return True

    def _chat(self, chat: int) -> dict[str, Any]:
        """The chat as an object, where the bot may write there."""
        server = self._server
        if chat in server.moved:
            raise Refusal(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                {"migrate_to_chat_id": server.moved[chat]},
            )
        person, group = server.people.get(chat), server.groups.get(chat)
        if person:
            if person.blocked:
                raise Refusal(403, "Forbidden: bot was blocked by the user")
            if not person.started:
                raise Refusal(403, "Forbidden: bot can't initiate conversation with a user")
            return person.chat
        if group is None:
            raise Refusal(400, "Bad Request: chat not found")
        if group.bot in ("kicked", "left"):
            raise Refusal(403, f"Forbidden: bot was kicked from the {group.kind} chat")
        if group.bot == "restricted":
            raise Refusal(400, "Bad Request: not enough rights to send text messages to the chat")
        return group.chat

    def _words(self, given: dict[str, Any]) -> dict[str, Any]:
        try:
            if given.get("parse_mode") == "HTML":
                text, entities = entities_of(given["text"])
            else:
                text, entities = given["text"].strip(), []
        except EntityError as error:
            self._server.violations.append(str(error))
            raise Refusal(400, f"Bad Request: {error}") from None
        if not text:
            raise Refusal(400, "Bad Request: message text is empty")
        if length(text) > TEXT_LIMIT:
            self._server.violations.append("a message is too long")
            raise Refusal(400, "Bad Request: message is too long")
        return {"text": text, **({"entities": entities} if entities else {})}

    def _markup(self, given: dict[str, Any]) -> dict[str, Any]:
        markup = given.get("reply_markup")
        if not markup:
            return {}
        buttons = [one for row in markup["inline_keyboard"] for one in row]
        wrong = (
            len(buttons) > 100
            or any(len(row) > 8 for row in markup["inline_keyboard"])
            or any(not one["text"].strip() for one in buttons)
            or any(not 1 <= len(one.get("callback_data", "x").encode()) <= 64 for one in buttons)
            or any(not re.match(r"https?://|tg://", one.get("url", "tg://")) for one in buttons)
        )
        if wrong:
            self._server.violations.append(f"buttons: {markup}")
            raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
        return {"reply_markup": markup}
