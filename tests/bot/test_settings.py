from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import Secret, Settings, read


def test_settings_come_from_the_environment_over_the_file(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text("REDFLAG_LANGUAGE=zh\nREDFLAG_DATA_DIR='/srv/x'\n# note\n", encoding="utf-8")
    settings = read({"REDFLAG_LANGUAGE": "en", "PATH": "/bin"}, env)
    assert (settings.language, settings.data_dir) == ("en", "/srv/x")


def test_an_empty_setting_is_as_if_absent() -> None:
    assert read({"REDFLAG_CHECKS_PER_MINUTE": " "}) == Settings()


def test_a_misspelt_setting_is_named_with_those_there_are() -> None:
    with pytest.raises(SettingsError, match=r"REDFLAG_TOKEN.*REDFLAG_TELEGRAM_TOKEN"):
        read({"REDFLAG_TOKEN": "x"})


def test_another_kind_of_database_is_refused_with_a_way_out() -> None:
    settings = read({"REDFLAG_DATABASE_URL": "mysql://x/y"})
    with pytest.raises(SettingsError, match="sqlite:///path"):
        _ = settings.database


def test_a_database_url_names_the_file() -> None:
    settings = read({"REDFLAG_DATABASE_URL": "sqlite:////srv/redflag.db"})
    assert settings.database == Path("/srv/redflag.db")


def test_a_database_url_names_postgresql_and_shows_no_password() -> None:
    settings = read({"REDFLAG_DATABASE_URL": "postgresql://redflag:hush@db/redflag"})
    assert isinstance(settings.database, Secret)
    assert "hush" not in repr(settings) + str(settings.database)


def test_a_limit_that_is_no_number_is_explained() -> None:
    with pytest.raises(SettingsError, match="whole number"):
        _ = Settings(checks_per_minute="many").check_limit


def test_a_secret_shows_itself_nowhere() -> None:
    settings = Settings(telegram_token=Secret("123:abc"))
    shown = [repr(settings), str(settings.telegram_token), f"{settings.telegram_token}"]
    shown += ["%s" % settings.telegram_token, "{!r}".format(settings.telegram_token)]  # noqa: UP031, UP032
    assert not any("abc" in one for one in shown)
    assert settings.telegram_token.reveal() == "123:abc"
