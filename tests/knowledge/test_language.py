import pytest

from knowledge.language import detect


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("We have evidence of your fake reviews, pay now", "en"),
        ("我们掌握了你店铺刷单的证据", "zh"),
        ("我們掌握了你店鋪刷單的證據", "zh-Hant"),
        ("你好，请把 PayPal 账号发给我 bob@mail.example", "zh"),
        ("Tenemos pruebas de que su tienda compra reseñas, pague hoy", "es"),
        ("Wir haben Beweise, dass Sie Bewertungen gekauft haben", "de"),
        ("Nous avons des preuves que vous achetez des avis", "fr"),
        ("あなたの店がレビューを買った証拠があります", "ja"),
        ("Мы знаем о ваших отзывах", "other"),
        ("12345 !!!", "other"),
        ("", "other"),
    ],
)
def test_language_of_a_message(text: str, language: str) -> None:
    assert detect(text) == language
