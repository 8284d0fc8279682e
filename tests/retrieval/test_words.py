from bot.retrieval.words import words


def test_case_accents_and_width_do_not_matter():
    assert words("Élève ÉLEVE ｅｌｅｖｅ") == ["eleve", "eleve", "eleve"]


def test_longer_words_also_count_by_their_beginning():
    assert words("cooperation") == ["cooperation", "coope*"]
    assert set(words("cooperating")) & set(words("cooperation")) == {"coope*"}


def test_scripts_without_spaces_become_pairs():
    assert words("人工智能") == ["人工", "工智", "智能"]
    assert words("人") == ["人"]
    assert words("สวัสดี")[0] in "สวัสดี"


def test_traditional_and_simplified_chinese_are_the_same_words():
    assert words("數據") == words("数据")


def test_grouping_of_digits_does_not_matter_but_decimals_do():
    assert words("1,000") == words("1.000") == words("1'000") == ["1000"]
    assert words("1.5") == ["1.5"]


def test_a_name_inside_chinese_text_is_a_word_of_its_own():
    assert "qwen" in words("阿里巴巴的Qwen模型")


def test_any_text_will_do():
    assert words("") == words("!?—…") == []
    assert words("\ud800x") or True
