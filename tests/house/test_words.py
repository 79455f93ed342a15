"""The words of the product: words that must not come back, words with one meaning, and the beginning of mail subjects.

Every text of the catalogue is checked, in both languages. A text in an allow-list is there word for word, with its reason.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import polib
import pytest
from django.conf import settings
from django.utils import translation

from meetups.communities.models import Community
from meetups.demo.mail_scenes.every_kind import every_kind
from meetups.demo.mail_scenes.every_mail import AT
from meetups.events.models import Event
from meetups.notifications.compose import compose
from meetups.speakers.models import Proposal, Talk

CATALOGUE = Path("meetups/locale/ja/LC_MESSAGES/django.po")

# A pattern, and the words to use instead.
NOT_IN_ENGLISH = {
    r"\b(e-)?mail(s|ed|ing)?\b": "email",
    r"\b(some|any|every|no)body\b": "someone, anyone, everyone, no one",
    r"\bcertain\b": "confirmed (a state), guaranteed (a promise)",
    r"\b(s?he|hers?|him|his|herself|himself)\b": "they",
    r"\bqueues?\b|\bwaiting list\b|\bwho waits?\b": "waitlist",
    r"\bstep(s|ped|ping)? down\b": "cancel my shift",
    r"\bhand(s|ed|ing)?[ -]?over\b": "offer your seat to the waitlist; find a replacement",
    r"\bprogrammes?\b": "program",
    r"cancell(ed|ing|s)": "canceled, canceling",
    r"\bcolours?\b|\bcentres?\b|\brubbish\b|organis": "American spelling",
    r"\bdesks?\b": "dashboard",
    r"\breception\b": "check-in, check-in staff",
    r"\bthemes?\b": "tags",
    r"reconfirm": "attendance check",
    r"\b(any|no) more\b": "no longer, once",
    r"\b(is|are|was|were|be) told\b|\bgets? a mail\b": "we’ll email; notify",
    r"\blately\b": "recently",
    r"second factor|multi-factor": "two-factor authentication",
    r"\bput(s|ting)? (it )?right\b": "correct",
    r"\btake back\b|\bcall(s|ed)? (it )?off\b": "withdraw, cancel, undo",
    r"\bheld place\b|\bfound a community\b|\bfounded\b": "reserve; create",
    r"\bleft empty\b": "if blank",
    r"\w'\w": "a typographic apostrophe",
    r"\b(do|does|did|is|are|was|were|will|would|could|should|has|have|had) not\b|\bcannot\b": "a contraction",
    r" …": "no space before the ellipsis",
}
RIGHT_IN_ENGLISH = {
    # A talk is no shift: a co-speaker steps down, and the guide uses this word.
    "stepped down": "of a co-speaker",
    "Step down as co-speaker": "of a co-speaker",
    "Step down as co-speaker…": "of a co-speaker",
    "Step down as co-speaker of “%(title)s”?": "of a co-speaker",
    "This request is closed: it was answered or withdrawn, the shift has started or was canceled, or the person has "
    "already stepped down.": "the guide's own text",
    "Wipe the desks and chairs": "furniture",
    "Put desks and chairs back as they were": "furniture",
    "Desks, floor and cloakroom. Give it to the lead.": "furniture",
    "Don’t drag desks across the floor": "furniture",
    "Two people lift each desk.": "furniture",
    "Set up desks and chairs, the screen, power and signs.": "furniture",
    "If this wasn’t you, ignore this email. Never tell the code to anyone: we will not ask for it.": "a promise, with weight",
    "“%(event)s” has changed. Your registration and shifts are not affected.": "the weight lies on not",
    "Nominees get in before the draw, in this order; any beyond the seats head the waitlist. The number is public, the "
    "names are not.": "the weight lies on not",
}
NOT_IN_JAPANESE = {
    "サインイン|サインアウト|サインアップ": "ログイン、ログアウト、新規登録",
    "デスク": "管理画面",
    "席[がも]確定": "参加が確定",
    "まとめ役": "リーダー",
    "プログラム": "タイムテーブル",
    "再確認|参加の確認|参加確認": "出欠確認",
    r"(?:\)[sd]|[0-9０-９])名(?!前)": "人",
    "取り消しは": "キャンセルは",
    "降りる|降りた|降りま|降ろ": "辞退",
    r"列に並|に並び直|最後尾|待っている人": "補欠",
    "[二多]要素": "2段階認証",
    r"(?<!て)いま(?![すしせ])": "今",
    "後から": "あとから",
    "だれ|どなた": "誰",
    "お席|お手続|お見えに|ご提供|ご対応": "席、手続き、来場、提出、対応",
    "受付番号|抽選対象": "抽選番号、抽選リスト",
    "！": "。",
    r"[ぁ-んァ-ヶ一-龥)]:(?! ?//)": "全角の：",
    r"\((?=[ぁ-んァ-ヶ一-龥])|(?<=[ぁ-んァ-ヶ一-龥])\)": "全角の（ ）",
    "仮押さえ|取り置": "席を確保",
    "返答": "回答、返事",
    "催促|念押し": "リマインド",
    "(?<!運営)メンバー": "運営メンバー",
    "免除|数えられ": "事情あり、記録は無効",
    "譲渡|引き継": "席を譲る、交代",
    "申込み": "申し込み",
    "優先": "指名",
    "〜%": "…まで",
    r"(?:一|二|三)人(?:一組|で)": "1人、2人、ペア",
    "受付は終了": "申し込みを締め切る",
    r"運営(?!メンバー|手順|者|して|でき)": "主催者、運営メンバー",
    "確かめて": "確認して",
}
RIGHT_IN_JAPANESE = {
    "このPDFには、スクリプトかプログラムを起動する処理が含まれています。それらを含まないPDFで保存し直すか、リンクを貼ってください。": "ソフトウェアのこと",
}

# An English term, the Japanese term that its text must have, and the exceptions, each with a reason.
ONE_MEANING = {
    r"\bdashboard\b": ("管理画面", {}),
    r"two-factor": ("2段階認証", {}),
    r"\bsign(ed|ing)?[ -]in\b": ("ログイン", {}),
    r"\borganizing team\b": ("運営メンバー", {}),
    r"\bcheck-in staff\b": ("受付担当", {}),
    r"\battendance checks?\b": ("出欠確認", {}),
    r"\bcommunit(y|ies)\b": ("コミュニティ", {}),
    r"\bemail preferences\b": ("メール設定", {}),
    r"\bnominat|\bnominee": ("指名", {}),
    r"\bteardown\b": ("撤収", {}),
    r"\brehears": ("リハーサル", {}),
    r"\btags?\b|\btagged\b": ("タグ", {}),
    r"\bno-shows?\b": (
        "欠席",
        {"You were marked as a no-show: %(event)s": "the subject says what is missing: the check-in"},
    ),
    r"\bprogram\b": (
        "タイムテーブル",
        {
            "Program staff": "the role: 登壇担当",
            "You’re on the program.": "of a person: 登壇",
            "You’re on the program: %(event)s": "of a person: 登壇",
            "You’re on the program. Your shift: %(shift)s.": "of a person: 登壇",
            "You’re no longer on the program: %(event)s": "of a person: 登壇",
            "This PDF contains a script or starts a program. Save your slides as a PDF without that, or paste a link.": "software",
        },
    ),
}
# The states of a registration, as people read them.
STATES = {"in the lottery": "抽選待ち", "confirmed": "参加確定", "waitlisted": "補欠", "canceled": "キャンセル済み"}

# Width in full-width characters, without the names of people and shifts.
WIDEST_STATE = 12
WIDEST_WITH_DEADLINE = 26
ASKS = re.compile(r"^【要回答[^】]*】")
MARK = re.compile(r"^【[^】]*】")
NAMES = re.compile(r"「[^」]*」|（[^）]*さん[^）]*）")
# An organizer writes the first, the second names who asks, and the third is read on the screen of a locked phone.
OWN_SUBJECTS = {"organizers_message", "inquiry_received", "place_code"}


class Text(NamedTuple):
    english: tuple[str, ...]
    japanese: tuple[str, ...]
    context: str = ""


def texts() -> list[Text]:
    return [
        Text(
            tuple(filter(None, (entry.msgid, entry.msgid_plural))),
            tuple(filter(None, (entry.msgstr, *entry.msgstr_plural.values()))),
            entry.msgctxt or "",
        )
        for entry in polib.pofile(str(settings.BASE_DIR / CATALOGUE))
    ]


def found(words: Iterator[str], unwanted: Mapping[str, str], right: Mapping[str, str]) -> list[str]:
    """Each unwanted word with its text, and the words to use instead."""
    patterns = [(re.compile(pattern, re.IGNORECASE), instead) for pattern, instead in unwanted.items()]
    return [
        f"{hit[0]!r} in {text!r}: say {instead}"
        for text in words
        if text not in right
        for pattern, instead in patterns
        # A placeholder is not a word: no one reads its name.
        if (hit := pattern.search(re.sub(r"%\(\w+\)", "%()", text)))
    ]


def english() -> Iterator[str]:
    from_elsewhere = framework()
    return (text for one in texts() for text in one.english if text not in from_elsewhere)


def framework() -> set[str]:
    """English texts that belong to Django and to the sign-in pages."""
    source = (settings.BASE_DIR / "meetups/core/texts/framework_texts.py").read_text()
    return {text for one in texts() for text in one.english if f'"{text}"' in source}


def japanese() -> Iterator[str]:
    return (text for one in texts() for text in one.japanese)


def test_words_that_must_not_come_back_in_english() -> None:
    assert found(english(), NOT_IN_ENGLISH, RIGHT_IN_ENGLISH) == []


def test_words_that_must_not_come_back_in_japanese() -> None:
    assert found(japanese(), NOT_IN_JAPANESE, RIGHT_IN_JAPANESE) == []


@pytest.mark.parametrize(
    "text",
    [
        "A mail is on its way.",
        "Somebody has taken it.",
        "Your seat is certain.",
        "She has a seat.",
        "Join the queue",
        "Step down",
        "Hand over",
        "The programme",
        "It was cancelled.",
        "You cannot come.",
        "Don't",
        "Change …",
    ],
)
def test_an_english_word_that_came_back_is_found(text: str) -> None:
    assert found(iter([text]), NOT_IN_ENGLISH, RIGHT_IN_ENGLISH)


@pytest.mark.parametrize(
    "text",
    [
        "サインインしてください。",
        "席が確定しました。",
        "定員%(count)s名",
        "担当を降りる",
        "参加確認のお願い",
        "いま3人待ち",
        "値の公開先:",
        "選択(一つ)",
        "メンバー限定",
        "〜%(when)s",
        "運営にメールで知らせます。",
    ],
)
def test_a_japanese_word_that_came_back_is_found(text: str) -> None:
    assert found(iter([text]), NOT_IN_JAPANESE, RIGHT_IN_JAPANESE)


@pytest.mark.parametrize(
    ("words", "unwanted", "right"),
    [
        (english, NOT_IN_ENGLISH, RIGHT_IN_ENGLISH),
        (japanese, NOT_IN_JAPANESE, RIGHT_IN_JAPANESE),
    ],
)
def test_what_is_allowed_is_still_needed(
    words: Callable[[], Iterator[str]], unwanted: Mapping[str, str], right: Mapping[str, str]
) -> None:
    """When a text goes, its exception goes too."""
    known = set(words())
    assert [text for text in right if text not in known or not found(iter([text]), unwanted, {})] == []


def other_words(term: str, wanted: str, allowed: Mapping[str, str], among: list[Text]) -> list[tuple[str, str]]:
    """Texts with the English term that lack the Japanese term."""
    return [
        (one.english[0], translated)
        for one in among
        if re.search(term, re.sub(r"%\(\w+\)", "", one.english[0]), re.IGNORECASE) and one.english[0] not in allowed
        for translated in one.japanese
        if wanted not in translated
    ]


@pytest.mark.parametrize("term", ONE_MEANING)
def test_a_term_has_one_meaning(term: str) -> None:
    wanted, allowed = ONE_MEANING[term]
    among = texts()
    assert other_words(term, wanted, allowed, among) == []
    assert set(allowed) <= {one.english[0] for one in among}, "an exception goes with its text"


def test_a_second_meaning_is_found() -> None:
    planted = [Text(("To the dashboard",), ("運営ページへ",))]
    assert other_words(r"\bdashboard\b", "管理画面", {}, planted) == [("To the dashboard", "運営ページへ")]


def test_the_states_of_a_registration_have_one_name() -> None:
    with translation.override("ja"):
        named = {
            str(text): one.japanese[0] for one in texts() if one.context == "registration" for text in one.english[:1]
        }
    assert {state: named.get(state) for state in STATES} == STATES


def width(text: str) -> float:
    """The width in full-width characters."""
    return sum(1 if unicodedata.east_asian_width(letter) in "WFA" else 0.5 for letter in text)


def wrong_subject(subject: str, topics: list[str]) -> str:
    """The fault of a Japanese subject; empty if there is none. `topics` are titles of the event and its talks."""
    begins = min((subject.find(topic) for topic in topics if topic in subject), default=-1)
    if begins < 0:
        return "names neither the event nor the talk"
    state = NAMES.sub("", subject[:begins].rstrip("："))
    if not state:
        return "begins with the event, not with the state"
    if ASKS.match(state) and width(state) > WIDEST_WITH_DEADLINE:
        return f"{state!r} is {width(state)} wide, with what asks for a reply"
    bare = MARK.sub("", state)
    if width(bare) > WIDEST_STATE:
        return f"{bare!r} is {width(bare)} wide"
    return ""


@pytest.mark.django_db
def test_subjects_begin_with_the_state_and_fit_on_a_phone() -> None:
    wrong = {}
    for row in every_kind("ja", AT):
        mail = compose([row], AT).mail
        assert mail is not None
        if row.kind in OWN_SUBJECTS:
            continue
        if trouble := wrong_subject(str(mail.subject), topics()):
            wrong[row.kind] = f"{mail.subject}: {trouble}"
    assert wrong == {}


def topics() -> list[str]:
    """What a mail can be about: the events, talks and communities there are."""
    named = (
        Event.objects.values_list("title"),
        Talk.objects.values_list("title"),
        Proposal.objects.values_list("title"),
        Community.objects.values_list("name"),
    )
    return [title for each in named for [title] in each]


@pytest.mark.parametrize(
    "subject",
    [
        "ML勉強会 #14：参加が確定しました",
        "抽選の申し込みを取り下げました：ML勉強会 #14",
        "【要回答 12/13 14:00まで】トークが採択されました。登壇の確定をお願いします：ML勉強会 #14",
        "参加が確定しました",
    ],
)
def test_a_subject_that_does_not_fit_is_found(subject: str) -> None:
    assert wrong_subject(subject, ["ML勉強会 #14"])


def test_a_subject_that_fits_is_not_found() -> None:
    for subject in (
        "参加確定：ML勉強会 #14",
        "【要回答 12/13 14:00まで】席が空きました：ML勉強会 #14",
        "【中止】ML勉強会 #14",
    ):
        assert wrong_subject(subject, ["ML勉強会 #14"]) == ""
