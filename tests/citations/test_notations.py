# ruff: noqa: E501
"""Amounts, dates and times told in another way than the source tells them: each once rightly, once wrong in one detail."""

from __future__ import annotations

import pytest

from bot.citations.agreement import disagreement

RETOLD = [
    # language, a right sentence, a wrong one, language and text of the source
    # spelled out, dozens and scores
    ("en", "A dozen villages were cut off.", "Two dozen villages were cut off.", "en", "The flood cut off 12 villages."),
    ("fr", "Une douzaine d'écoles ont fermé.", "Une vingtaine d'écoles ont fermé.", "en", "12 schools were closed."),
    ("de", "Zwei Dutzend Boote liefen aus.", "Drei Dutzend Boote liefen aus.", "en", "24 boats left the harbour."),
    ("es", "Unas dos docenas de vecinos protestaron.", "Unas tres docenas de vecinos protestaron.", "es", "Protestaron 24 vecinos."),
    ("ru", "В деревне осталась дюжина домов.", "В деревне осталось две дюжины домов.", "en", "12 houses are left in the village."),
    ("pl", "Wybudowano sto dwadzieścia mieszkań.", "Wybudowano sto trzydzieści mieszkań.", "en", "120 flats were built."),
    ("da", "Femoghalvtreds elever bestod.", "Femogtres elever bestod.", "en", "55 pupils passed."),
    ("it", "Hanno votato trentacinque deputati.", "Hanno votato quarantacinque deputati.", "de", "35 Abgeordnete stimmten ab."),
    ("hi", "पच्चीस हज़ार लोग आए।", "पैंतीस हज़ार लोग आए।", "en", "25,000 people came."),
    ("tr", "Üç yüz elli işçi işten çıkarıldı.", "Üç yüz kırk işçi işten çıkarıldı.", "en", "350 workers were dismissed."),
    ("ja", "二十四人が参加した。", "二十五人が参加した。", "en", "Twenty-four people took part."),
    ("ko", "스물네 명이 참가했다.", "스물다섯 명이 참가했다.", "en", "Twenty-four people took part."),
    ("nl", "Er kwamen honderdtwintig gasten.", "Er kwamen honderddertig gasten.", "fr", "120 invités sont venus."),
    ("el", "Σκοτώθηκαν σαράντα πέντε άνθρωποι.", "Σκοτώθηκαν τριάντα πέντε άνθρωποι.", "en", "45 people were killed."),
    ("fa", "بیست و پنج نفر آمدند.", "سی و پنج نفر آمدند.", "en", "25 people came."),
    # fractions and multiples
    ("de", "Anderthalb Jahre dauerte der Bau.", "Zweieinhalb Jahre dauerte der Bau.", "en", "Construction took 18 months."),
    ("en", "Half of the seats are empty.", "A third of the seats are empty.", "fr", "50 % des sièges sont vides."),
    ("el", "Το ένα τέταρτο των κατοίκων έφυγε.", "Το ένα τρίτο των κατοίκων έφυγε.", "en", "25 % of the residents left."),
    ("fr", "Les trois quarts du budget sont dépensés.", "Les deux tiers du budget sont dépensés.", "en", "75% of the budget is spent."),
    ("zh", "两成学生缺课。", "三成学生缺课。", "en", "20 percent of the students were absent."),
    ("pl", "Dwie trzecie lasu spłonęły.", "Trzy czwarte lasu spłonęły.", "en", "Two thirds of the forest burned."),
    ("ru", "Полтора часа шёл спектакль.", "Два с половиной часа шёл спектакль.", "en", "The performance lasted 90 minutes."),
    ("en", "One in five children skips breakfast.", "One in four children skips breakfast.", "en", "20 % of the children skip breakfast."),
    ("de", "Jeder fünfte Schüler fehlt.", "Jeder vierte Schüler fehlt.", "en", "20 % of the pupils are missing."),
    ("en", "Prices doubled.", "Prices tripled.", "de", "Die Preise haben sich verdoppelt."),
    ("en", "Output is twice what it was.", "Output is three times what it was.", "es", "La producción se ha duplicado: es el doble que antes."),
    ("cs", "Tři čtvrtiny voličů souhlasily.", "Dvě třetiny voličů souhlasily.", "en", "75 % of voters agreed."),
    ("sv", "Två tredjedelar av sjön är frusen.", "Tre fjärdedelar av sjön är frusen.", "en", "Two thirds of the lake is frozen."),
    # rounded and hedged
    ("en", "About 3 % of the bridges failed.", "About 4 % of the bridges failed.", "en", "2.97 % of the bridges failed."),
    ("en", "Almost 500 people came.", "Almost 600 people came.", "en", "496 people came."),
    ("de", "Mehr als 60 Prozent stimmten zu.", "Mehr als 70 Prozent stimmten zu.", "en", "61.4 % agreed."),
    ("fr", "Près de 2 000 emplois sont menacés.", "Près de 3 000 emplois sont menacés.", "en", "1,950 jobs are at risk."),
    ("es", "Unos 40 kilómetros separan los pueblos.", "Unos 50 kilómetros separan los pueblos.", "en", "The villages lie 39.6 km apart."),
    ("zh", "近500人到场。", "近700人到场。", "en", "496 people came."),
    ("ja", "約3割が反対した。", "約4割が反対した。", "en", "29.6 % were against it."),
    ("ru", "Более 60 процентов жителей согласны.", "Более 80 процентов жителей согласны.", "en", "61.4 % of the residents agree."),
    ("vi", "Gần 500 người đã đến.", "Gần 600 người đã đến.", "en", "496 people came."),
    ("ar", "أكثر من 60 في المئة وافقوا.", "أكثر من 70 في المئة وافقوا.", "en", "61.4 % agreed."),
    ("id", "Sekitar 1,2 juta orang mengungsi.", "Sekitar 1,5 juta orang mengungsi.", "en", "1,214,300 people fled."),
    ("it", "Oltre 300 case sono state distrutte.", "Oltre 400 case sono state distrutte.", "en", "312 houses were destroyed."),
    ("en", "Roughly a third of the fleet is electric.", "Roughly a half of the fleet is electric.", "en", "34 % of the fleet is electric."),
    ("pt", "Cerca de metade dos alunos faltou.", "Cerca de um quarto dos alunos faltou.", "en", "49 % of the pupils were absent."),
    ("hu", "Majdnem 500 ember jött el.", "Majdnem 600 ember jött el.", "en", "496 people came."),
    # dates: centuries, decades, seasons, quarters, the year after
    ("en", "The tower dates from the 19th century.", "The tower dates from the 18th century.", "en", "The tower was built in 1874."),
    ("fr", "Le pont date du XIXe siècle.", "Le pont date du XVIIIe siècle.", "en", "The bridge was built in 1874."),
    ("en", "In the 1980s the mine closed.", "In the 1970s the mine closed.", "en", "The mine closed in 1984."),
    ("de", "In den 1980er Jahren schloss das Bergwerk.", "In den 1990er Jahren schloss das Bergwerk.", "en", "The mine closed in 1984."),
    ("es", "En el siglo XX se drenó el lago.", "En el siglo XXI se drenó el lago.", "en", "The lake was drained in 1932."),
    ("ru", "В XIX веке построили мост.", "В XX веке построили мост.", "en", "The bridge was built in the 19th century."),
    ("zh", "20世纪80年代矿山关闭。", "20世纪70年代矿山关闭。", "en", "The mine closed in the 1980s."),
    ("en", "The law came a year later, in 2015.", "The law came a year later, in 2016.", "en", "The plan was made in 2014 and the law passed the following year."),
    ("en", "It opens in the second quarter of 2026.", "It opens in the third quarter of 2026.", "de", "Eröffnet wird im zweiten Quartal 2026."),
    # ranges and sums
    ("en", "It takes between 4 and 6 weeks.", "It takes between 4 and 8 weeks.", "de", "Es dauert 4 bis 6 Wochen."),
    ("ko", "4~6주가 걸린다.", "4~8주가 걸린다.", "en", "It takes four to six weeks."),
    ("en", "Both bridges were closed.", "All three bridges were closed.", "en", "The north bridge and the south bridge, two in all, were closed."),
    ("pt", "Entre 10% e 15% das árvores secaram.", "Entre 10% e 25% das árvores secaram.", "en", "10-15 % of the trees dried up."),
    # ordinals and counters
    ("ja", "車を3台買った。", "車を4台買った。", "en", "Three cars were bought."),
    ("zh", "共售出三百五十件。", "共售出三百六十件。", "en", "350 pieces were sold."),
    ("vi", "Ba mươi chiếc thuyền ra khơi.", "Bốn mươi chiếc thuyền ra khơi.", "en", "30 boats went to sea."),
    ("en", "It is the company's third factory.", "It is the company's fourth factory.", "de", "Es ist das 3. Werk der Firma."),
    ("fr", "C'est la vingtième édition du festival.", "C'est la trentième édition du festival.", "en", "This is the 20th festival."),
    ("th", "เรือสิบสองลำออกทะเล", "เรือสิบสามลำออกทะเล", "en", "12 boats went to sea."),
    # weekdays and times of day
    ("de", "Der Markt ist dienstags offen.", "Der Markt ist donnerstags offen.", "en", "The market is open on Tuesdays."),
    ("zh", "图书馆星期一闭馆。", "图书馆星期二闭馆。", "en", "The library is closed on Monday."),
    ("en", "The gate shuts at 5 p.m.", "The gate shuts at 6 p.m.", "fr", "La porte ferme à 17 h."),
    ("fr", "Le bureau ouvre à 9 h 30.", "Le bureau ouvre à 8 h 30.", "en", "The office opens at 9:30 a.m."),
    ("de", "Um 17 Uhr schließt das Tor.", "Um 19 Uhr schließt das Tor.", "en", "The gate shuts at 5 p.m."),
    ("ja", "午後5時に閉まる。", "午後6時に閉まる。", "en", "It closes at 17:00."),
    ("ko", "오후 3시에 시작한다.", "오후 4시에 시작한다.", "en", "It starts at 15:00."),
    # durations and other measures
    ("en", "The tour takes an hour and a half.", "The tour takes two and a half hours.", "de", "Der Rundgang dauert 90 Minuten."),
    ("es", "La condena es de tres años.", "La condena es de cuatro años.", "en", "The sentence is 36 months."),
    ("en", "Visitors may stay two weeks.", "Visitors may stay three weeks.", "en", "Visitors may stay 14 days."),
    ("fr", "La cure dure 48 heures.", "La cure dure 36 heures.", "en", "The treatment lasts two days."),
    ("en", "It weighs half a tonne.", "It weighs a tonne and a half.", "en", "It weighs 500 kg."),
    # one, articles, idioms, names with digits
    ("en", "One of the tanks leaks.", "Five of the tanks leak.", "en", "A tank leaks."),
    ("fr", "Un lundi sur deux, la salle est fermée.", "Un lundi sur trois, la salle est fermée.", "en", "The hall is closed every second Monday."),
    ("zh", "五花八门的车辆共有12辆。", "五花八门的车辆共有13辆。", "en", "There are 12 vehicles of all kinds."),
    ("en", "Flight LH 402 was cancelled.", "Flight LH 403 was cancelled.", "de", "Der Flug LH402 wurde gestrichen."),
    # eras, decades in words, rates, clocks in more languages
    ("ja", "令和5年に開館した。", "令和3年に開館した。", "en", "It opened in 2023."),
    ("zh-Hant", "民國112年完工。", "民國110年完工。", "en", "It was finished in 2023."),
    ("th", "เปิดในปี พ.ศ. 2566", "เปิดในปี พ.ศ. 2565", "en", "It opened in 2023."),
    ("en", "The town lies 12 feet below sea level.", "The town lies 15 feet below sea level.", "en", "The town lies twelve feet below sea level."),
    ("en", "Profit rose to €5m.", "Profit rose to €6m.", "de", "Der Gewinn stieg auf 5 Millionen Euro."),
    ("en", "About £1.2bn was spent.", "About £1.3bn was spent.", "en", "1,195 million pounds was spent."),
    ("fr", "Il fait moins 8 degrés.", "Il fait moins 9 degrés.", "en", "It is -8 °C."),
    ("de", "Ein Drittel der Mitglieder, 32 von 96, stimmte dafür.", "Ein Viertel der Mitglieder, 32 von 96, stimmte dafür.", "en", "32 of 96 members were in favour."),
    ("es", "El tren sale a las 6 y llega a las 9.", "El tren sale a las 6 y llega a las 8.", "en", "The train leaves at 6:00 and arrives at 9:00."),
    ("ru", "Каждый третий житель курит.", "Каждый пятый житель курит.", "en", "A third of the residents smoke."),
    ("sv", "Var tionde elev saknas.", "Var femte elev saknas.", "en", "10 % of the pupils are missing."),
    ("zh", "三分之二以上的代表赞成。", "四分之三以上的代表赞成。", "en", "68 % of the delegates were in favour."),
    ("ko", "열두 시간 동안 진행됐다.", "열세 시간 동안 진행됐다.", "en", "It went on for 12 hours."),
    ("ja", "3人に1人が反対だ。", "4人に1人が反対だ。", "en", "One third is against it."),
    ("ar", "استغرق البناء ثلاث سنوات ونصف السنة.", "استغرق البناء أربع سنوات ونصف السنة.", "en", "Construction took 42 months."),
    ("he", "שלושים וחמישה אנשים נהרגו.", "ארבעים וחמישה אנשים נהרגו.", "en", "35 people were killed."),
    ("fi", "Kokous alkaa kello 14.", "Kokous alkaa kello 15.", "en", "The meeting starts at 2 p.m."),
    ("pl", "Spotkanie zaczyna się o 14:00.", "Spotkanie zaczyna się o 15:00.", "en", "The meeting starts at 2 p.m."),
    ("tr", "Toplantı saat 14.30'da başlıyor.", "Toplantı saat 15.30'da başlıyor.", "en", "The meeting starts at 2:30 p.m."),
    ("vi", "Cuộc họp bắt đầu lúc 2 giờ chiều.", "Cuộc họp bắt đầu lúc 3 giờ chiều.", "en", "The meeting starts at 14:00."),
    ("hi", "बैठक शाम 5 बजे शुरू होगी।", "बैठक शाम 6 बजे शुरू होगी।", "en", "The meeting starts at 17:00."),
    ("id", "Rapat dimulai pukul 14.00.", "Rapat dimulai pukul 15.00.", "en", "The meeting starts at 2 p.m."),
    ("ro", "Două treimi din pădure a ars.", "Trei sferturi din pădure a ars.", "en", "Two thirds of the forest burned."),
    ("cs", "Stavba trvala dva a půl roku.", "Stavba trvala tři a půl roku.", "en", "Construction took 30 months."),
    ("uk", "Понад 300 будинків зруйновано.", "Понад 400 будинків зруйновано.", "en", "312 houses were destroyed."),
    ("bn", "প্রায় ৫০০ মানুষ এসেছিল।", "প্রায় ৭০০ মানুষ এসেছিল।", "en", "496 people came."),
    ("sw", "Karibu watu 500 walikuja.", "Karibu watu 700 walikuja.", "en", "496 people came."),
    ("en", "It cost just under 2 million dollars.", "It cost just under 3 million dollars.", "en", "It cost $1.96 million."),
    ("en", "The museum closes on weekdays at six.", "The museum closes on weekdays at seven.", "en", "The museum closes at 6 p.m. on weekdays."),
    ("fr", "Trois fois plus de visiteurs sont venus.", "Quatre fois plus de visiteurs sont venus.", "en", "Three times as many visitors came."),
    ("en", "He was fined 300 euros a day.", "He was fined 300 euros a month.", "de", "Er muss 300 Euro pro Tag zahlen."),
    ("zh", "每月租金9800元。", "每年租金9800元。", "en", "The rent is 9,800 yuan a month."),
    ("nl", "In de jaren tachtig sloot de mijn.", "In de jaren zeventig sloot de mijn.", "en", "The mine closed in the 1980s."),
    ("en", "In the eighties the mine closed.", "In the seventies the mine closed.", "en", "The mine closed in the 1980s."),
    ("it", "Negli anni '80 la miniera chiuse.", "Negli anni '70 la miniera chiuse.", "en", "The mine closed in 1984."),
    ("hu", "A 19. században épült.", "A 18. században épült.", "en", "It was built in the 19th century."),
    ("tr", "19. yüzyılda yapıldı.", "18. yüzyılda yapıldı.", "en", "It was built in the 19th century."),
    ("ar", "بني في القرن التاسع عشر.", "بني في القرن الثامن عشر.", "en", "It was built in the 19th century."),
    ("fi", "Se rakennettiin 1800-luvulla.", "Se rakennettiin 1700-luvulla.", "en", "It was built in the 19th century."),
    ("sv", "Den byggdes på 1800-talet.", "Den byggdes på 1700-talet.", "en", "It was built in the 19th century."),
    ("en", "He spent 18 months in prison.", "He spent 16 months in prison.", "fr", "Il a passé un an et demi en prison."),
    ("es", "Pasó año y medio en prisión.", "Pasó dos años y medio en prisión.", "en", "He spent 18 months in prison."),
    ("ja", "1年半かかった。", "2年半かかった。", "en", "It took 18 months."),
    ("ko", "2시간 반이 걸렸다.", "3시간 반이 걸렸다.", "en", "It took 150 minutes."),
]  # fmt: skip


@pytest.mark.parametrize(("language", "right", "_wrong", "other", "source"), RETOLD)
def test_what_is_told_in_another_way_agrees(language, right, _wrong, other, source):
    assert disagreement(right, language, source, other) is None


@pytest.mark.parametrize(("language", "_right", "wrong", "other", "source"), RETOLD)
def test_what_is_told_wrongly_does_not(language, _right, wrong, other, source):
    assert disagreement(wrong, language, source, other) is not None
