"""The 47 prefectures of Japan: their codes (JIS X 0401), their names in both languages, and the one that an address names.

What is elsewhere has the code `abroad`.
"""

import re

from django.utils.translation import get_language

# Code, Japanese, English, in the usual order from north to south.
_TABLE = """
01 北海道 Hokkaido / 02 青森県 Aomori / 03 岩手県 Iwate / 04 宮城県 Miyagi / 05 秋田県 Akita / 06 山形県 Yamagata
07 福島県 Fukushima / 08 茨城県 Ibaraki / 09 栃木県 Tochigi / 10 群馬県 Gunma / 11 埼玉県 Saitama / 12 千葉県 Chiba
13 東京都 Tokyo / 14 神奈川県 Kanagawa / 15 新潟県 Niigata / 16 富山県 Toyama / 17 石川県 Ishikawa / 18 福井県 Fukui
19 山梨県 Yamanashi / 20 長野県 Nagano / 21 岐阜県 Gifu / 22 静岡県 Shizuoka / 23 愛知県 Aichi / 24 三重県 Mie
25 滋賀県 Shiga / 26 京都府 Kyoto / 27 大阪府 Osaka / 28 兵庫県 Hyogo / 29 奈良県 Nara / 30 和歌山県 Wakayama
31 鳥取県 Tottori / 32 島根県 Shimane / 33 岡山県 Okayama / 34 広島県 Hiroshima / 35 山口県 Yamaguchi / 36 徳島県 Tokushima
37 香川県 Kagawa / 38 愛媛県 Ehime / 39 高知県 Kochi / 40 福岡県 Fukuoka / 41 佐賀県 Saga / 42 長崎県 Nagasaki
43 熊本県 Kumamoto / 44 大分県 Oita / 45 宮崎県 Miyazaki / 46 鹿児島県 Kagoshima / 47 沖縄県 Okinawa
"""
# Addresses often begin with a large city or a ward of Tokyo instead. Wards that other cities have too are left out.
_CITIES = """
01 札幌市 函館市 旭川市 / 04 仙台市 / 07 郡山市 / 08 つくば市 水戸市 / 09 宇都宮市 / 10 前橋市 高崎市 / 11 さいたま市 / 14 横浜市 川崎市 相模原市
17 金沢市 / 20 松本市 / 22 浜松市 / 23 名古屋市 / 24 津市 / 25 大津市 / 27 堺市 / 28 神戸市 姫路市 / 32 松江市 / 37 高松市 / 38 松山市 / 40 北九州市 / 47 那覇市
13 千代田区 新宿区 文京区 台東区 墨田区 江東区 品川区 目黒区 大田区 世田谷区 渋谷区 中野区 杉並区 豊島区 荒川区 板橋区 練馬区 足立区 葛飾区 江戸川区
"""


def _rows(table: str) -> list[list[str]]:
    return [row.split() for row in re.split(r"[/\n]", table.strip())]


ABROAD = "abroad"
PREFECTURES = {code: (japanese, english) for code, japanese, english in _rows(_TABLE)}
_BY_CITY = {city: code for code, *cities in _rows(_CITIES) for city in cities}
_BY_NAME = {japanese: code for code, (japanese, _english) in PREFECTURES.items()}
_BY_ENGLISH = {english.casefold(): code for code, (_japanese, english) in PREFECTURES.items()}
_JAPANESE = re.compile("|".join(_BY_NAME))
_CITY = re.compile("|".join([*_BY_CITY, *(f"{name[:-1]}市" for name in _BY_NAME)]))
_ENGLISH = re.compile(rf"\b({'|'.join(_BY_ENGLISH)})\b")


def prefecture_in(address: str) -> str:
    """The code of the prefecture that an address in Japanese or English names, or whose city it names; empty where there is none."""
    if found := _JAPANESE.search(address):
        return _BY_NAME[found[0]]
    if found := _CITY.search(address):
        return _BY_CITY.get(found[0]) or _of_capital(found[0])
    # The prefecture stands at the end of an address in English: "Chuo, Osaka".
    names = _ENGLISH.findall(address.casefold())
    return _BY_ENGLISH[names[-1]] if names else ""


def place_code(address: str, zone: str) -> str:
    """The code of the prefecture that the address names, `abroad` on the clock of another country; empty where neither is clear."""
    named = bool(_JAPANESE.search(address) or _CITY.search(address))
    area = zone.partition("/")[0]
    if not named and area not in {zone, "Etc"} and zone != "Asia/Tokyo":
        return ABROAD
    return prefecture_in(address)


def _of_capital(city: str) -> str:
    """For a city with the name of its prefecture, such as 広島市."""
    return next(code for name, code in _BY_NAME.items() if name[:-1] == city[:-1])


def prefecture_name(code: str) -> str:
    """The name in the active language, and an empty text for an unknown code."""
    japanese, english = {**PREFECTURES, ABROAD: ("海外", "Abroad")}.get(code, ("", ""))
    return japanese if (get_language() or "").startswith("ja") else english
