from bot.limits import MINUTE_MS, CheckLimit


def test_limit_allows_so_many_in_a_sliding_minute() -> None:
    limit = CheckLimit(2)
    assert [limit.allows("ann", at) for at in (0, 1, 2)] == [True, True, False]
    assert not limit.allows("ann", MINUTE_MS - 1)
    assert limit.allows("ann", MINUTE_MS)


def test_limit_is_each_askers_own() -> None:
    limit = CheckLimit(1)
    assert limit.allows("ann", 0)
    assert limit.allows("bob", 0)


def test_limit_forgets_old_askers_rather_than_growing() -> None:
    limit = CheckLimit(1)
    for number in range(20_000):
        limit.allows(str(number), number)
    assert len(limit._times) <= 10_000
