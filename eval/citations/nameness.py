"""Fits the model in `bot/citations/data/nameness.json`: is a word part of a name?

Run `python -m eval.citations.nameness`. Most languages label their own words: what is written with a capital inside a
sentence is a name, the rest is not. Each text is read a second time in small letters, so that the model learns from the
words and their context and not from the capital. Names in scripts without capitals, and German ones, are listed below.
Only `dev` pairs are read, and of them those whose names are listed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
import regex
from scipy.optimize import minimize

from bot.citations.meaning import Reading, read_words
from bot.corpus.language import detect_language
from bot.corpus.text import search_text
from eval.citations.measure import read_pairs

OUT: Final = Path(__file__).parents[2] / "bot" / "citations" / "data" / "nameness.json"
DECAY: Final = 1e-4
"""Weight of the squared norm in the loss."""
_CASED: Final = regex.compile(r"[\p{Latin}\p{Cyrillic}\p{Greek}]")
_WORD: Final = regex.compile(r"[\p{L}\p{M}-]+")

_UNMARKED: Final = (
    "成都|天府国际机场|火车南站|双流国际机场|广西|中国|东盟|中国银行|南宁师范大学|"
    "南宁|老挝|缅甸|陈刚|宇树科技|华为|阿里云|科大讯飞|深圳|星河电子|周丽华|印度|"
    "台湾|联芯|韩国|韩光|联合国开发计划署|亚太经合组织|亚洲|上海|北京|莱茵河|罗讷河|"
    "阿尔卑斯|肯尼亚|杰普切尔切尔|伦敦|亚马逊|葡萄牙|巴斯克|塞维利亚|马德里|国际足联|"
    "新加坡|巴拿马|帕亚尔·卡帕迪亚|萨米|木卫三|越南|阿莱奇|重庆|赫尔维格|王建国|"
    "陈志强|诺和诺德|马来西亚|云南|泰国|欧洲|西班牙|北陸新幹線|金沢|敦賀|東京|福井|"
    "大阪|関西|名古屋|バイカル湖|パナマ|アリババ|ブラジル|アマゾン|ドイツ|"
    "サミュエル・オコロ|デイビッド・ミラー|マルタ・コヴァルチク|アンナ・リンドホルム|"
    "ベルゲン|ペレス・ジェプチルチル|オルガ・カルモナ|スペイン|イングランド|フランス|"
    "李昌鏞|中国銀行|広西支店|京都|한국은행|이창용|일본|모란디|베트남|칸|그레타 거윅|"
    "나고야|미국|부산|나폴리|مصر|الجيزة|توت عنخ آمون|القاهرة|إيران|المغرب|"
    "منظمة الصحة العالمية|أنقرة|चंद्रयान|भारत|प्रज्ञान|आदित्य|श्रीहरिकोटा|"
    "सीरम इंस्टीट्यूट|ग्रेटा गेरविग|चंद्रमा|चीन|חיפה|דנה שגיא|באר שבע|شیراز|"
    "نسرین کاویانی|مدیکاو|সিলেট|সুরমা|রাশেদ করিম|চন্দ্রযান|চাঁদ|สิมิลัน|ธนพล|"
    "วงศ์ใหญ่|กว่างซี|ธนาคารแห่งประเทศจีน"
)
_GERMAN: Final = (
    "AI|APEC|ASEAN|Aletschgletscher|Alpen|Artus|Asien|Baikalsee|Chengdu|China|"
    "Darmstadt|Deutschland|ESA|ETH|Europa|Finch|Ganymed|Guangxi|India|Indien|JUICE|"
    "Jepkosgei|Joyciline|Jupiter|Kourou|Laos|Laura|Limfjord|Lindner|London|Mond|"
    "Myanmar|Nagoya|Nanning|Nordlicht|Norwegens|Nusantara|Ost-Kalimantan|Oxford|"
    "Panama|Pará|Pego|Petra|Portugal|Qwen-SEA-LION-v4|Reuters|Rhein|Rhone|Rhône|"
    "Rostock|Schweiz|Serum|Sevilla|Shanghai|Singapore|Südostasien|Tutanchamuns|UNDP|"
    "Vietnam|Weltgesundheitsorganisation|York"
)
UNLISTED: Final = frozenset({"ho-", "a3-", "c3-", "d3-"})
"""How the ids of pairs begin that came to `dev` later, and whose names are not listed above."""
NAMES: Final = tuple(_UNMARKED.split("|"))
"""Names in the dev pairs in scripts without capitals."""
GERMAN: Final = frozenset(_GERMAN.split("|"))
"""Names in the German ones, where every noun has a capital."""


def labels(text: str, language: str, reading: Reading) -> Iterator[tuple[int, bool]]:
    """For each word of a text that tells: its index, and whether it is part of a name."""
    listed = [match.span() for name in NAMES for match in regex.finditer(regex.escape(name), text)]
    german = [match.span() for match in _WORD.finditer(text) if match[0] in GERMAN]
    for index, word in enumerate(reading.words):
        if any(c.isdigit() for c in word.text):
            continue
        if not _CASED.match(word.text):
            yield index, _inside(word.start, word.end, listed)
        elif language == "de":
            yield index, _inside(word.start, word.end, german)
        else:
            before = text[: word.start].rstrip(" «\"“„'(")
            upper = word.text[0].isupper()
            if not upper or (before and before[-1] not in ".!?:;。"):
                yield index, upper


def _inside(start: int, end: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(a < end and start < b for a, b in spans)


def examples() -> tuple[np.ndarray, np.ndarray]:
    """Vectors of words, shape (n, 384), and whether each is part of a name."""
    vectors, names = [], []
    pairs = [pair for pair in read_pairs(split="dev") if pair.id[:3] not in UNLISTED]
    texts = dict.fromkeys(text for pair in pairs for text in (pair.sentence, pair.paragraph))
    for text in texts:
        shown, small = search_text(text), search_text(text.lower())
        reading, other = read_words([shown, small])
        told = list(labels(shown, detect_language(text), reading))
        for version in [reading, *([other] if shown != small and len(other.words) == len(reading.words) else [])]:
            vectors += [version.vectors[index] for index, _ in told]
            names += [name for _, name in told]
    return np.array(vectors), np.array(names, float)


def fit(vectors: np.ndarray, names: np.ndarray) -> tuple[np.ndarray, float]:
    """Logistic regression: the weights and the bias."""

    def loss(model: np.ndarray) -> tuple[float, np.ndarray]:
        z = vectors @ model[:-1] + model[-1]
        off = 1 / (1 + np.exp(-z)) - names
        value = float(np.mean(np.logaddexp(0, z) - names * z) + DECAY * np.sum(model[:-1] ** 2) / 2)
        return value, np.append(vectors.T @ off / len(names) + DECAY * model[:-1], off.mean())

    start = np.zeros(vectors.shape[1] + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return found[:-1], float(found[-1])


if __name__ == "__main__":
    weights, bias = fit(*examples())
    model = {"weights": [round(float(w), 3) for w in weights], "bias": round(bias, 3)}
    OUT.write_text(json.dumps(model, separators=(",", ":")) + "\n", encoding="utf-8")
