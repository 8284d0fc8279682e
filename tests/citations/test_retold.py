# ruff: noqa: E501
"""More amounts and times told in another way: round numerals with some more, rates, spans of time, what follows by sums."""

from __future__ import annotations

import pytest

from bot.citations.agreement import disagreement
from tests.citations.test_notations import RETOLD as NOTATIONS

RETOLD = [
    # language, a right sentence, a wrong one, language and text of the source
    # more than a round numeral, less than its next step
    ("zh", "赔偿三百多万元。", "赔偿四百多万元。", "zh-Hant", "應返還新台幣320萬元。"),
    ("zh", "亏损一千多万欧元。", "亏损两千多万欧元。", "fr", "un déficit de 11,6 millions d'euros"),
    ("zh-Hant", "每年要花一百多萬元。", "每年要花兩百多萬元。", "zh-Hant", "每年約180萬元。"),
    ("zh", "获赔十二万多元。", "获赔十三万多元。", "zh", "赔偿12.6万元。"),
    ("zh", "来了三百余人。", "来了四百余人。", "en", "372 people came."),
    ("zh", "住了20多年。", "住了30多年。", "en", "He lived there for 27 years."),
    ("ko", "100여 명이 참석했다.", "200여 명이 참석했다.", "en", "163 people attended."),
    ("ko", "300여만 원을 돌려받았다.", "400여만 원을 돌려받았다.", "en", "He got back 3.2 million won."),
    # counters, ranges, rates
    ("zh-Hant", "找到七個容器。", "找到八個容器。", "zh-Hant", "查獲七處容器。"),
    ("vi", "ít nhất 8.000 euro", "ít nhất 9.000 euro", "fr", "entre 8 000 et 45 000 euros"),
    ("fr", "6 %, contre 9 % auparavant", "6 %, contre 8 % auparavant", "it", "è scesa dal 9 al 6 %"),
    ("pt", "100 mil unidades por ano", "100 mil unidades por mês", "it", "ne produrrà 100.000 all'anno"),
    ("it", "costerebbe 90 milioni all'anno", "costerebbe 90 milioni al mese", "it", "circa 90 milioni l'anno"),
    # units
    ("fr", "à 20 milles nautiques des côtes", "à 20 kilomètres des côtes", "en", "within 20 nautical miles of the coast"),
    ("de", "29 Gigawattstunden am Tag", "29 Megawattstunden am Tag", "en", "29 GWh a day"),
    ("fr", "une amende de 500 dollars", "une amende de 500 euros", "zh-Hant", "罰款500元"),
    ("fr", "3 200 dollars taïwanais", "3 200 dollars canadiens", "zh-Hant", "少領約3,200元"),
    ("zh-Hans", "损失8亿元", "损失8亿美元", "zh-Hant", "損失達8億元"),
    ("zh", "500万加元", "500万美元", "en", "5 million Canadian dollars"),
    # fractions
    ("fr", "près d'un cinquième des pertes", "près d'un quart des pertes", "en", "19 % of the losses"),
    ("es", "una centésima parte del peso", "una décima parte del peso", "es", "el 1 % del peso total"),
    ("pt", "perto de cento e cinquenta medalhas", "perto de cento e vinte medalhas", "en", "148 medals"),
    # one span of time, and others
    ("ja", "1年前より低い。", "1か月前より低い。", "en", "It is lower than a year earlier."),
    ("vi", "trong suốt mười năm", "trong suốt hai mươi năm", "en", "for a decade"),
    ("it", "slitta di dodici mesi", "slitta di dieci mesi", "de", "um ein Jahr verschoben"),
    ("zh-Hant", "三個月內不必辦簽證。", "兩個月內不必辦簽證。", "en", "Visitors may stay for 90 days."),
    ("en", "a month and a half", "three and a half months", "en", "for six weeks"),
    ("ko", "5월에 만기가 돌아온다.", "6월에 만기가 돌아온다.", "en", "a bond maturing in May"),
    ("es", "La inversión superó los 16 millones de euros.", "La inversión superó los 18 millones de euros.", "de", "Sie kostete 16,5 Millionen Euro."),
    # rounded to a half, or a time of day as a length
    ("de", "Man backt eine gute halbe Stunde.", "Man backt eine gute Stunde und eine halbe Stunde länger.", "de", "35 Minuten backen."),
    ("de", "um weniger als eine halbe Sekunde", "um weniger als eine Viertelsekunde, nämlich 0,2 Sekunden", "pt", "a 0,38 segundos"),
    ("de", "nach nicht einmal einem halben Jahr", "nach anderthalb Jahren", "de", "nach nur fünf Monaten"),
    ("it", "Il viaggio dura meno di quattro ore.", "Il viaggio dura meno di cinque ore.", "pt", "A viagem demora 3h42."),
    ("fr", "sur 800 mètres", "sur 1500 mètres", "en", "She takes her place in the 800m."),
    ("es", "hasta las seis de la tarde", "hasta las siete de la tarde", "es", "hasta las 18 horas del jueves"),
    # a fraction of a unit, what is left
    ("en", "nine tenths of a percentage point above target", "seven tenths of a percentage point above target", "en", "at 3.9 percent, above the 3 percent goal"),
    ("en", "Less than a tenth of the capacity was lost.", "Less than a quarter of the capacity was lost.", "en", "It keeps 91 percent of its capacity."),
    ("en", "Five of the seven did not vote for it.", "Four of the seven did not vote for it.", "en", "Two of the seven voted for it."),
    ("en", "6 % did not finish.", "6 % finished.", "en", "94 % finished."),
    ("en", "It costs a third of what it costs later.", "It costs a quarter of what it costs later.", "it", "pagherà 60 euro subito, 180 dopo"),
    # differences and sums
    ("zh-Hant", "補助多一成。", "補助多兩成。", "zh-Hant", "補助由三成提高到四成。"),
    ("es", "por una diferencia de nueve votos", "por una diferencia de ocho votos", "es", "con 71 votos a favor y 62 en contra"),
    ("de", "Sie kam auf 6,89 Meter.", "Sie kam auf 6,79 Meter.", "de", "Sie gewann mit 6,93 Metern vor ihr, die vier Zentimeter weniger schaffte."),
    ("es", "hasta nueve millones de euros", "hasta diez millones de euros", "pt", "por sete milhões de euros, mais dois milhões em objetivos"),
    # time between dates
    ("es", "cerrada cinco meses", "cerrada siete meses", "de", "vom 6. Februar bis zum 10. Juli"),
    ("vi", "trong hơn hai tuần", "trong hơn bốn tuần", "en", "between 3 and 19 June"),
    ("en", "for two years", "for three years", "en", "for the academic years 2026 and 2027"),
    ("fr", "pendant quatre ans", "pendant six ans", "en", "from 2019 to 2023"),
    # counts that look like something else
    ("zh", "第二天股价走高。", "第三天股价走高。", "zh", "次日股价上涨。"),
    ("en", "It lost money three quarters running.", "It lost money two quarters running.", "en", "It made a quarterly loss, its third in a row."),
    ("en", "Two of the people want it.", "Three of the people want it.", "en", "Two voted for it; the goal is 3 percent."),
    ("zh", "首次突破400万辆。", "首次突破500万辆。", "zh", "产量为738万辆,增长31.5%。出口首次突破400万辆。"),
    ("en", "at $2.84 a pound", "at $2.84 a kilo", "en", "to $2.84 a pound"),
    ("zh-Hant", "每年省下七萬人次的門診", "每月省下七萬人次的門診", "en", "save 70,000 doctor's appointments a year"),
    ("en", "It stays at 1.10 euros.", "It stays at 1.20 euros.", "en", "The dividend of 1.10 euros is unchanged."),
    # in languages without articles, and the whole before its part
    ("pl", "dziesięć lat", "dwadzieścia lat", "pl", "przez dekadę"),
    ("id", "sepuluh tahun", "dua puluh tahun", "id", "satu dekade"),
    ("ru", "за 1 неделю", "за 2 недели", "ru", "за неделю"),
    ("ru", "1 год назад", "3 года назад", "en", "a year ago"),
    ("ja", "1年前より高い。", "2年前より高い。", "zh", "高于去年。"),
    ("ja", "七名のうち五名は賛成しなかった。", "七名のうち四名は賛成しなかった。", "en", "Two of the seven voted for it."),
    ("zh", "七名委员中有五名没有投赞成票。", "七名委员中有五名投了赞成票。", "en", "Two of the seven voted for it."),
]  # fmt: skip


@pytest.mark.parametrize(("language", "right", "_wrong", "other", "source"), [*NOTATIONS, *RETOLD])
def test_what_is_told_in_another_way_agrees(language, right, _wrong, other, source):
    assert disagreement(right, language, source, other) is None


@pytest.mark.parametrize(("language", "_right", "wrong", "other", "source"), [*NOTATIONS, *RETOLD])
def test_what_is_told_wrongly_does_not(language, _right, wrong, other, source):
    assert disagreement(wrong, language, source, other) is not None


@pytest.mark.parametrize(
    ("sentence", "language"), [("It may be so.", "en"), ("Elle va mai.", "ro"), ("Maybe he may.", "en")]
)
def test_a_word_like_a_month_is_no_date(sentence, language):
    assert disagreement(sentence, language, "Nothing is known.", "en") is None


def test_what_a_share_leaves_is_no_other_name_for_it():
    assert disagreement("Three fifths of them agreed.", "en", "40 % of them agreed.", "en") is not None
    assert disagreement("60 % of them agreed.", "en", "40 % of them agreed.", "en") is not None
    assert disagreement("60 % of them did not agree.", "en", "40 % of them agreed.", "en") is None


def test_a_yuan_of_china_is_no_dollar_in_traditional_characters_either():
    assert disagreement("30 billion dollars", "en", "中國銀行提供300億元專項資金", "zh-Hant") is not None
