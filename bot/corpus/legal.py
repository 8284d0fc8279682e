"""Copyright notices and terms of use at the end of a text, in the languages such notices are mostly written in."""

from __future__ import annotations

from collections.abc import Sequence

import regex

_NOTICE = regex.compile(r"\s*(?:©|℗|\(c\)\s*(?:19|20)\d\d|copyright\s*(?:©|\(c\)|(?:19|20)\d\d))", regex.IGNORECASE)
_STRONG = regex.compile(
    r"©|℗|\(c\)\s*(?:19|20)\d\d"
    r"|all rights reserved|tous droits r[ée]serv[ée]s|alle rechte vorbehalten|alle rechten voorbehouden"
    r"|todos los derechos reservados|todos os direitos reservados|tutti i diritti riservati"
    r"|toate drepturile rezervate|wszelkie prawa zastrze[żz]one|v[šs]echna pr[áa]va vyhrazena|minden jog fenntartva"
    r"|t[üu]m haklar[ıi] sakl[ıi]d[ıi]r|hak cipta dilindungi|все права защищены|усі права захищені"
    r"|جميع الحقوق محفوظة|تمامی حقوق|כל הזכויות שמורות|सर्वाधिकार सुरक्षित|สงวนลิขสิทธิ์"
    r"|무단\s*(?:전재|복제|배포)|無断(?:転載|複製|使用)|版[权權]所有"
    r"|(?:未[经經]|不得)[^。]{0,30}(?:转载|轉載|复制|複製|转发|轉發)"
    r"|不代表本?[^。]{0,10}(?:观点|觀點|立场|立場)",
    regex.IGNORECASE,
)
_CLEAR = regex.compile(
    r"copyright|republish|reproduced (?:without|with)|trademark|disclaimer|terms of (?:use|service)"
    r"|droits? d.auteur|urheberrecht|nachdruck|derechos de autor|direitos autorais|diritti d.autore"
    r"|авторск\w+ прав|перепечат|حقوق النشر|حقوق الطبع|זכויות יוצרים|कॉपीराइट|ลิขสิทธิ์|bản quyền|telif hak"
    r"|저작권|著作[权權権]|版[权權]|转载|轉載|転載|侵[权權]|免[责責]声明|免[责責]聲明",
    regex.IGNORECASE,
)
_VAGUE = regex.compile(
    r"licen[cs]e|permission|authori[sz]|授[权權]|许可|許可|autoris|genehmig|разрешен|إذن", regex.IGNORECASE
)
_NUMBERED = regex.compile(r"\s*[(（]?(?:\d{1,2}|[一二三四五六七八九十]{1,2})[.、)）．]")


def is_notice(text: str) -> bool:
    """Tell whether a short paragraph is a copyright line: it begins with the mark."""
    return len(text) <= 200 and _NOTICE.match(text) is not None


def boilerplate_tail(texts: Sequence[str]) -> int:
    """Return the index from which on a file is legal notices; `len(texts)` when it does not end in any.

    The run at the end in which every paragraph speaks of rights, if at least one uses a set phrase, if it is at most
    half of the file, and if the text above hardly speaks of rights at all: an article on copyright is content.
    """
    start = len(texts)
    while start and (_is_about_rights(texts[start - 1]) or _VAGUE.search(texts[start - 1])):
        start -= 1
    # A word like `licence` alone may end the article as well, unless it opens a numbered list of terms.
    while start < len(texts) and not (_is_about_rights(texts[start]) or _NUMBERED.match(texts[start])):
        start += 1
    run, above = texts[start:], texts[:start]
    about = sum(_is_about_rights(text) for text in above)
    if not any(_STRONG.search(text) for text in run) or len(run) > len(above) or about * 10 > len(above):
        return len(texts)
    if len(run) == 1 and len(run[0]) > 400:
        return len(texts)
    return start


def _is_about_rights(text: str) -> bool:
    return _CLEAR.search(text) is not None or _STRONG.search(text) is not None
