# ruff: noqa: E501
"""Hard cases written by hand: (sentence, paragraph, supported). An altered sentence differs in one detail."""

from __future__ import annotations

EN = (
    "The city council of Leeds voted 54 to 38 on 12 May 2023 to raise the tram budget from 25 to 75 million pounds. "
    "Mayor Anna Clarke said that no homes will be demolished. Rail operator Northway opposed the plan."
)
FR = (
    "La production de blé de l'Ukraine a reculé de 12 % en 2023, à 22,2 millions de tonnes, selon le ministère de "
    "l'Agriculture. Les exportations n'ont pas été interrompues. La Pologne a prolongé son embargo jusqu'au 15 septembre."
)
ZH = (
    "2024年,杭州新增养老床位3200张,其中七成位于社区。市民政局表示,收费标准不会上调。"
    "北京大学的调查显示,超过半数的受访老人愿意使用智能手环。"
)
DE = (
    "Die Donau erreichte am 16. September 2024 in Wien einen Pegel von 8,20 Metern. Die Dämme hielten stand; niemand wurde "
    "verletzt. Der Schaden wird auf 1,3 Milliarden Euro geschätzt, mehr als beim Hochwasser von 2013."
)
ES = (
    "El Museo del Prado recibió 3,4 millones de visitantes en 2024, un 7 % más que el año anterior. La entrada general "
    "cuesta 15 euros y es gratuita para los menores de 18 años. El museo no abrirá el 25 de diciembre."
)
JA = (
    "日本の出生数は2023年に72万7277人となり、前年より5.6%減少した。厚生労働省によると、婚姻件数も戦後最少だった。"
    "政府は児童手当の所得制限を撤廃した。"
)
RU = (
    "В 2023 году в России собрали 142,6 миллиона тонн зерна, на 9 процентов меньше, чем годом ранее. Египет остался "
    "крупнейшим покупателем. Министерство не планирует вводить квоты."
)
VI = (
    "Tuyến metro số 1 của Thành phố Hồ Chí Minh dài 19,7 km được khánh thành ngày 22 tháng 12 năm 2024. Tổng vốn đầu tư "
    "là 43.700 tỷ đồng. Hành khách không phải trả tiền vé trong tháng đầu."
)
AR = (
    "أعلنت المغرب أن عدد السياح بلغ 17.4 مليون سائح في عام 2024، بزيادة 20 في المئة عن العام السابق. وجاء الفرنسيون في "
    "المرتبة الأولى. ولم تفرض الحكومة ضريبة جديدة على الفنادق."
)
KO = (
    "서울시는 2024년 1월 27일 월 6만 5천 원에 지하철과 버스를 무제한 이용하는 기후동행카드를 내놓았다. "
    "석 달 만에 124만 장이 팔렸다. 인천시는 참여하지 않기로 했다."
)
HI = (
    "मुंबई का अटल सेतु 12 जनवरी 2024 को खुला। यह 21.8 किलोमीटर लंबा है और इसकी लागत 17,840 करोड़ रुपये आई। पुल पर मोटरसाइकिल की "
    "अनुमति नहीं है।"
)

PLAIN = "The council approved the new budget on Monday after a long debate."

NOT_YET: list[tuple[str, str, bool]] = [
    # One university for another: two of the four signs are the same.
    ("清华大学的调查显示,超过半数的受访老人愿意使用智能手环。", ZH, False),
    ("浙江大学的调查显示,超过半数的受访老人愿意使用智能手环。", ZH, False),
]
"""What the check should tell and does not."""

CASES: list[tuple[str, str, bool]] = [
    # English source
    ("The council voted to raise the tram budget from 25 to 75 million pounds.", EN, True),
    ("Le conseil municipal de Leeds a voté par 54 voix contre 38.", EN, True),
    ("利兹市长安娜·克拉克表示,不会拆除任何住宅。", EN, True),
    ("Die Bahngesellschaft Northway war gegen den Plan.", EN, True),
    ("The council voted to cut the tram budget from 25 to 75 million pounds.", EN, False),
    ("The council voted to raise the tram budget from 25 to 95 million pounds.", EN, False),
    ("The council voted on 21 May 2023 to raise the tram budget.", EN, False),
    ("Le conseil municipal de Leeds a voté par 64 voix contre 38.", EN, False),
    ("Mayor Anna Clarke said that homes will be demolished.", EN, False),
    ("The city council of Bristol voted to raise the tram budget from 25 to 75 million pounds.", EN, False),
    ("The council voted to raise the tram budget from 25 to 75 million euros.", EN, False),
    ("Rail operator Northway supported the plan.", EN, False),
    (
        "The council voted to raise the tram budget from 25 to 75 million pounds and to buy forty Spanish trams.",
        EN,
        False,
    ),
    # French source
    ("Ukraine's wheat harvest fell by 12 percent in 2023.", FR, True),
    ("La récolte ukrainienne de blé s'est établie à 22,2 millions de tonnes en 2023.", FR, True),
    ("波兰将禁运延长至9月15日。", FR, True),
    ("Ukraine's wheat harvest rose by 12 percent in 2023.", FR, False),
    ("Ukraine's wheat harvest fell by 21 percent in 2023.", FR, False),
    ("Les exportations ont été interrompues.", FR, False),
    ("La Hongrie a prolongé son embargo jusqu'au 15 septembre.", FR, False),
    ("波兰将禁运延长至9月25日。", FR, False),
    ("La récolte ukrainienne de blé s'est établie à 22,2 milliards de tonnes en 2023.", FR, False),
    # Chinese source
    ("杭州2024年新增的养老床位中,百分之七十在社区。", ZH, True),
    ("Hangzhou added 3,200 beds for elderly care in 2024.", ZH, True),
    ("Le bureau des affaires civiles affirme que les tarifs n'augmenteront pas.", ZH, True),
    ("杭州2024年新增的养老床位中,六成在社区。", ZH, False),
    ("Hangzhou added 2,300 beds for elderly care in 2024.", ZH, False),
    ("市民政局表示,收费标准将会上调。", ZH, False),
    ("不到半数的受访老人愿意使用智能手环。", ZH, False),
    ("Le bureau des affaires civiles affirme que les tarifs augmenteront.", ZH, False),
    # A plain `not`.
    ("The council did not approve the new budget on Monday.", PLAIN, False),
    ("Der Rat hat den neuen Haushalt am Montag nicht genehmigt.", PLAIN, False),
    ("El consejo no aprobó el nuevo presupuesto el lunes.", PLAIN, False),
    ("理事會週一沒有批准新預算。", PLAIN, False),
    ("Le conseil n'a pas approuvé le nouveau budget lundi.", PLAIN, False),
    ("評議会は月曜日に新予算を承認しなかった。", PLAIN, False),
    ("The council approved the new budget on Monday, after long debate.", PLAIN, True),
    # Two in one sentence change places.
    ("Northway raised the budget and the council of Leeds opposed the plan.", EN, False),
    # German source
    ("Am 16. September 2024 stand die Donau in Wien bei 8,20 Metern.", DE, True),
    ("The damage is put at 1.3 billion euros, more than in the flood of 2013.", DE, True),
    ("没有人受伤。", DE, True),
    ("The damage is put at 1.3 billion euros, less than in the flood of 2013.", DE, False),
    ("Am 16. September 2024 stand die Donau in Linz bei 8,20 Metern.", DE, False),
    ("Am 16. September 2024 stand die Donau in Wien bei 8,20 Zentimetern.", DE, False),
    ("The damage is put at 13 billion euros.", DE, False),
    # Spanish source
    ("The Prado had 3.4 million visitors in 2024, 7% more than the year before.", ES, True),
    ("El Prado no abre el 25 de diciembre.", ES, True),
    ("18岁以下免票。", ES, True),
    ("The Prado had 3.4 million visitors in 2024, 7% fewer than the year before.", ES, False),
    ("El Prado abrirá el 25 de diciembre.", ES, False),
    ("La entrada general cuesta 15 dólares.", ES, False),
    ("El Museo Thyssen recibió 3,4 millones de visitantes en 2024.", ES, False),
    ("La entrada general cuesta 25 euros.", ES, False),
    # Japanese source
    ("2023年の出生数は前年比5.6%減の72万7277人だった。", JA, True),
    ("Japan recorded 727,277 births in 2023.", JA, True),
    ("2023年の出生数は前年比5.6%増の72万7277人だった。", JA, False),
    ("Japan recorded 772,277 births in 2023.", JA, False),
    ("South Korea recorded 727,277 births in 2023.", JA, False),
    # Russian source
    ("Россия собрала в 2023 году 142,6 млн тонн зерна.", RU, True),
    ("Egypt remained the largest buyer.", RU, True),
    ("Russia's grain harvest in 2023 was 9 percent smaller than the year before.", RU, True),
    ("Россия собрала в 2023 году 124,6 млн тонн зерна.", RU, False),
    ("Turkey remained the largest buyer.", RU, False),
    ("Министерство планирует ввести квоты.", RU, False),
    ("Russia's grain harvest in 2023 was 9 percent larger than the year before.", RU, False),
    # Vietnamese source
    ("Ho Chi Minh City's metro line 1 is 19.7 km long.", VI, True),
    ("Tổng mức đầu tư của tuyến metro là 43.700 tỷ đồng.", VI, True),
    ("Ho Chi Minh City's metro line 1 is 17.9 km long.", VI, False),
    ("Hành khách phải trả tiền vé trong tháng đầu.", VI, False),
    ("Tổng mức đầu tư của tuyến metro là 43.700 triệu đồng.", VI, False),
    # Arabic source
    ("Morocco received 17.4 million tourists in 2024.", AR, True),
    ("بلغ عدد السياح في المغرب 17.4 مليون عام 2024.", AR, True),
    ("Tunisia received 17.4 million tourists in 2024.", AR, False),
    ("فرضت الحكومة ضريبة جديدة على الفنادق.", AR, False),
    ("Tourist numbers in Morocco fell by 20 percent in 2024.", AR, False),
    # Korean source
    ("In three months 1.24 million cards were sold.", KO, True),
    ("기후동행카드는 석 달 동안 124만 장이 판매됐다.", KO, True),
    ("기후동행카드는 석 달 동안 142만 장이 판매됐다.", KO, False),
    ("인천시는 참여하기로 했다.", KO, False),
    # Hindi source
    ("The Atal Setu in Mumbai opened on 12 January 2024.", HI, True),
    ("पुल पर मोटरसाइकिल ले जाने की अनुमति नहीं है।", HI, True),
    ("The Atal Setu in Mumbai opened on 12 June 2024.", HI, False),
    ("पुल पर मोटरसाइकिल ले जाने की अनुमति है।", HI, False),
    # Names that no capital marks, names in another script, adjectives of peoples
    ("ניר לביא אמר שהפארק ייפתח בקיץ.", "יעל כרמי אמרה שהפארק ייפתח בקיץ.", False),
    ("Yael Karmi said that the park will open in summer.", "יעל כרמי אמרה שהפארק ייפתח בקיץ.", True),
    ("Li Wenbo said that the shop will stay open.", "店主张国强说,商店将继续营业。", False),
    ("The Danish firm Kornblad supplies the flour.", "Mel leveres av det norske firmaet Kornblad.", False),
    # Denials inside the verb, opposites, comparisons
    ("The factory stopped.", "Fabrika durmadı.", False),
    ("The factory did not stop.", "Fabrika durmadı.", True),
    ("On Mondays the pool is closed.", "Op maandag is het zwembad niet open.", True),
    ("On Mondays the pool is open.", "Op maandag is het zwembad niet open.", False),
    # Right text, wrong paragraph
    ("The council voted to raise the tram budget from 25 to 75 million pounds.", DE, False),
    ("Ukraine's wheat harvest fell by 12 percent in 2023.", RU, False),
    ("El Prado no abre el 25 de diciembre.", EN, False),
    ("Egypt remained the largest buyer.", FR, False),
    ("没有人受伤。", ZH, False),
    ("Le bureau des affaires civiles affirme que les tarifs n'augmenteront pas.", JA, False),
    ("Rail operator Northway opposed the plan.", VI, False),
]
