"""All parts of the design on one page, for people who build pages. Production does not have it."""

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from meetups.communities.models import Community

ZONE = "Asia/Tokyo"
START = datetime(2026, 12, 5, 5, 0, tzinfo=UTC)
END = START + timedelta(hours=2, minutes=30)

TEXTS: dict[str, dict[str, Any]] = {
    "ja": {
        "title": "ML勉強会 #14 推薦システムの運用と評価",
        "community": "ML勉強会",
        "hook": "作るより、動かし続けるほうが難しい。\n推薦を3年育てた人の、失敗も込みの話。",
        "place": "六本木 18F",
        "format": "会場開催",
        "apply": ("抽選に申し込む", "12/1 12:00に結果が出ます"),
        "slots": [
            (
                "一般参加枠",
                "lottery",
                "抽選",
                "11月30日(月) 23:59締切、12月1日(火) 12:00抽選。結果は全員にメールします。",
                "86",
                "/ 60席",
                "倍率1.4",
                "",
            ),
            ("先着枠", "first_come", "先着", "満席のあとは補欠に並べます。", "12", "/ 20席", "あと8席", ""),
            (
                "撤収ボランティア枠",
                "duty",
                "必ず参加できます",
                "",
                "あと2人",
                "",
                "定員4人・最少2人",
                "16:30〜17:30、机と椅子を元の形に戻し、ゴミを分別します。撤収を引き受けると、抽選を待たずに席が確定します。",
            ),
            ("登壇者枠", "invited", "", "登壇が確定した人の席です。", "3", "/ 3席", "満席", ""),
        ],
        "take": "撤収を引き受ける",
        "steps": [
            ("申し込み", "11/30(月) 23:59まで", "いつでも取り下げられます", "now"),
            ("抽選", "12/1(火) 12:00", "結果は全員にメール", "next"),
            ("確認", "12/3(木)", "来られない方はここまでに", "next"),
            ("当日", "12/5(土) 14:00", "13:30開場", "next"),
        ],
        "facts": [
            ("会場", "六本木 18F", "東京都港区六本木6丁目"),
            ("主催", "ML勉強会", "運営4人"),
            ("参加費", "無料", ""),
        ],
        "states": [
            (
                "lottery",
                "一般参加枠",
                "抽選待ちです。12月1日(火) 12:00に結果をメールします。",
                "86人が60席に申し込んでいます。",
            ),
            (
                "certain",
                "撤収ボランティア枠",
                "参加が確定しています。12月5日(土) 14:00にお待ちしています。",
                "16:30から撤収を担当します。",
            ),
            (
                "waiting",
                "一般参加枠",
                "補欠3番目です。キャンセルが出ると順番に繰り上がります。",
                "繰り上げは12月4日(金) 14:00までです。",
            ),
            ("act", "登壇者枠", "登壇の回答をお待ちしています。11月28日(土)までに確認してください。", ""),
            ("over", "一般参加枠", "キャンセル済みです。", "また参加したくなったら、申込期間中は申し込み直せます。"),
        ],
        "quiet": "カレンダーに追加",
        "danger": "参加をキャンセルする",
        "next": (
            "撤収シフトにあと2人必要です",
            "締切は明日18:00。抽選待ちの86人に声をかけられます。担当：愛子",
            "抽選待ちの人に声をかける",
        ),
        "calm": ("今やることはありません", "次は12月1日(火) 12:00の抽選です。自動で行われます。"),
        "timeline": [
            ("11/5", "公開", "愛子", "done"),
            ("11/20", "登壇者3人の確定", "ベン", "done"),
            ("11/26", "会場への入館者名簿の提出", "千恵", "late"),
            ("11/27", "", "", "today"),
            ("11/30 23:59", "申込締切", "自動", ""),
            ("12/1 12:00", "抽選", "自動", ""),
            ("12/5 16:30", "撤収：机と椅子・ゴミの分別", "絵美", ""),
        ],
        "meters": [
            ("一般（12/1抽選）", 60, 60, "86人 / 60席", "lottery"),
            ("撤収ボランティア", 2, 4, "2 / 4人", "certain"),
            ("登壇者", 3, 3, "3 / 3席", ""),
        ],
        "programme": [
            ("13:30", "開場・受付", "", True),
            ("14:00", "古書店の推薦システムを3年運用して学んだこと", "ベン", False),
            ("14:40", "オフライン評価はなぜ外れるのか", "絵美", False),
            ("15:40", "懇親会", "", True),
        ],
        "people": ["愛子", "ベン", "千恵", "ダン", "絵美", "フィン"],
        "others": "ほか80人",
        "can_do": ("抽選", "11/30 23:59まで"),
        "messages": [
            ("success", "申し込みを受け付けました。"),
            ("info", "抽選の結果は12月1日(火) 12:00にメールでお知らせします。"),
            ("warning", "リハーサルの時刻が変わりました。"),
            ("error", "締切を過ぎたため、参加枠は変わっていません。"),
        ],
        "empty": (
            "まだイベントがありません",
            "イベントを公開すると、ここに参加者と次にやることが並びます。",
            "イベントを作る",
        ),
        "tabs": [
            ("概要", None),
            ("参加者", 93),
            ("トーク", 3),
            ("シフト", 2),
            ("受付", None),
            ("抽選", None),
            ("編集", None),
        ],
        "heads": ("名前", "参加枠", "状態", "登録"),
        "rows": [
            ("ダン", "一般参加枠", "抽選待ち", "11/12", "lottery"),
            ("絵美", "撤収ボランティア枠", "参加確定", "11/10", "certain"),
            ("フィン", "一般参加枠", "補欠3番目", "11/30", "waiting"),
        ],
        "bulk": "人を選択中",
        "bulk_do": "メールを送る",
        "confirm": (
            "イベントを中止しますか？",
            "86人に中止のメールを送ります。",
            "ページは残り、あとから編集できます。中止は取り消せません。",
            "中止して知らせる",
        ),
        "prose": "推薦システムを**運用（実戦）**している人の話を聞く会です。\n初めての方も歓迎します。\n\n## 持ち物\n\n- 名刺1枚\n- 身分証（入館に必要です）\n\n> 写真撮影は *声をかけてから* お願いします。\n\n| 時刻 | 内容 |\n|---|---|\n| 13:30 | 開場 |\n| 14:00 | 開演 |\n",
        "share": "このページのURL",
        "field": {
            "name": "名前",
            "help": "受付の名簿と名札に使います。",
            "start": "開始",
            "end": "終了",
            "format": "開催形式",
            "text": "ひとこと",
            "agree": "行動規範に同意します",
            "formats": ["会場開催", "オンライン", "ハイブリッド"],
            "wrong": "名前を入力してください。",
        },
        "legend": ("いつ・どこで", "日付と時刻だけ決めれば公開できます。"),
    },
    "en": {
        "title": "ML Study Group #14: Running and evaluating recommender systems",
        "community": "ML Study Group",
        "hook": "Building one is the easy part.\nThree years of keeping a recommender alive, failures included.",
        "place": "Roppongi 18F",
        "format": "On site",
        "apply": ("Enter the lottery", "The result comes on Dec 1, 12:00 PM"),
        "slots": [
            (
                "General",
                "lottery",
                "Lottery",
                "Enter by Mon, Nov 30, 11:59 PM. Draw: Tue, Dec 1, 12:00 PM. Everyone gets the result by email.",
                "86",
                "/ 60 seats",
                "1.4 entries per seat",
                "",
            ),
            (
                "Early seats",
                "first_come",
                "First come",
                "Once it’s full, you can join the waitlist.",
                "12",
                "/ 20 seats",
                "8 left",
                "",
            ),
            (
                "Teardown volunteers",
                "duty",
                "You get a seat right away",
                "",
                "2 left",
                "",
                "at least 2, at most 4",
                "4:30–5:30 PM: put tables and chairs back, sort the trash. Take this shift and you’re in, no lottery.",
            ),
            ("Speakers", "invited", "", "For speakers whose talk is confirmed.", "3", "/ 3 seats", "full", ""),
        ],
        "take": "Sign up for teardown",
        "steps": [
            ("Enter", "until Mon, Nov 30, 11:59 PM", "You can withdraw any time", "now"),
            ("Draw", "Tue, Dec 1, 12:00 PM", "Everyone gets the result by email", "next"),
            ("Last call", "Thu, Dec 3", "Cancel by then if you can’t come", "next"),
            ("Event day", "Sat, Dec 5, 2:00 PM", "Doors open at 1:30 PM", "next"),
        ],
        "facts": [
            ("Venue", "Roppongi 18F", "6 Roppongi, Minato, Tokyo"),
            ("Run by", "ML Study Group", "4 organizers"),
            ("Fee", "Free", ""),
        ],
        "states": [
            (
                "lottery",
                "General",
                "You’re in the lottery. We’ll email you the result on Tue, Dec 1, 12:00 PM.",
                "86 entries for 60 seats.",
            ),
            (
                "certain",
                "Teardown volunteers",
                "You’re confirmed. See you on Sat, Dec 5 at 2:00 PM.",
                "Your shift: teardown from 4:30 PM.",
            ),
            (
                "waiting",
                "General",
                "You’re #3 on the waitlist. When someone cancels, the next person moves up.",
                "People move up until Fri, Dec 4, 2:00 PM.",
            ),
            ("act", "Speakers", "Please confirm your talk by Sat, Nov 28.", ""),
            (
                "over",
                "General",
                "Your registration is canceled.",
                "You can register again while registration is open.",
            ),
        ],
        "quiet": "Add to calendar",
        "danger": "Cancel my registration",
        "next": (
            "The teardown shift needs 2 more people",
            "Due tomorrow, 6:00 PM. You can ask the 86 people in the lottery. Lead: Aiko.",
            "Ask people in the lottery",
        ),
        "calm": ("Nothing to do right now", "Next: the draw on Tue, Dec 1, 12:00 PM. It runs automatically."),
        "timeline": [
            ("Nov 5", "Published", "Aiko", "done"),
            ("Nov 20", "Three speakers confirmed", "Ben", "done"),
            ("Nov 26", "Send the list of visitors to the building", "Chie", "late"),
            ("Nov 27", "", "", "today"),
            ("Nov 30, 11:59 PM", "Registration closes", "automatic", ""),
            ("Dec 1, 12:00 PM", "Draw", "automatic", ""),
            ("Dec 5, 4:30 PM", "Teardown: tables, chairs, trash", "Emi", ""),
        ],
        "meters": [
            ("General (drawn Dec 1)", 60, 60, "86 for 60 seats", "lottery"),
            ("Teardown volunteers", 2, 4, "2 of 4", "certain"),
            ("Speakers", 3, 3, "3 of 3", ""),
        ],
        "programme": [
            ("1:30 PM", "Doors open", "", True),
            ("2:00 PM", "Three years of recommendations in a second-hand bookshop", "Ben", False),
            ("2:40 PM", "Why offline evaluation misleads", "Emi", False),
            ("3:40 PM", "Get-together", "", True),
        ],
        "people": ["Aiko", "Ben", "Chie", "Dan", "Emi", "Finn"],
        "others": "and 80 more",
        "can_do": ("Lottery", "until Nov 30, 11:59 PM"),
        "messages": [
            ("success", "You’re in the lottery."),
            ("info", "We’ll email the result on Tue, Dec 1, 12:00 PM."),
            ("warning", "The rehearsal has moved."),
            ("error", "The deadline has passed; your slot stays as it was."),
        ],
        "empty": (
            "No events yet",
            "Once an event is published, its people and next steps appear here.",
            "Create an event",
        ),
        "tabs": [
            ("Overview", None),
            ("Attendees", 93),
            ("Talks", 3),
            ("Shifts", 2),
            ("Check-in", None),
            ("Lottery", None),
            ("Edit", None),
        ],
        "heads": ("Name", "Slot", "State", "Registered"),
        "rows": [
            ("Dan", "General", "in the lottery", "Nov 12", "lottery"),
            ("Emi", "Teardown volunteers", "confirmed", "Nov 10", "certain"),
            ("Finn", "General", "waitlist #3", "Nov 30", "waiting"),
        ],
        "bulk": " people selected",
        "bulk_do": "Send email",
        "confirm": (
            "Cancel this event?",
            "We’ll email 86 people that the event is canceled.",
            "The page stays and can still be edited. This can’t be undone.",
            "Cancel the event and email everyone",
        ),
        "prose": "An evening with people who **run** recommender systems.\nFirst-timers are welcome.\n\n## Bring along\n\n- one business card\n- something that proves who you are\n\n> Please *ask* before you take pictures of people.\n\n| time | what |\n|---|---|\n| 1:30 PM | doors |\n| 2:00 PM | start |\n",
        "share": "Link to this page",
        "field": {
            "name": "Name",
            "help": "For the list at the door and your name tag.",
            "start": "Start",
            "end": "End",
            "format": "Format",
            "text": "A few words",
            "agree": "I agree to the code of conduct",
            "formats": ["On site", "Online", "Hybrid"],
            "wrong": "Enter a name.",
        },
        "legend": ("When and where", "Date and time are enough to publish."),
    },
}

# One of each hue; all patterns.
COMMUNITIES = {
    "ml-study": "ML勉強会",
    "yoru-dokusho": "夜の読書会",
    "hiroshima-py": "広島Python",
    "sre-lounge": "SREラウンジ",
    "ux-osaka": "UX大阪",
    "tategaki": "縦書き研究会",
    "web-kyoto": "Web京都",
    "type-talk": "書体ナイト",
    "ml-study-group": "ML Study Group",
    "niwa-data": "庭とデータ",
}

PROOF = """meetup-lottery/1
event ml-14
slot general
seats 4
nominated 1
i67l2z7fluposa2xuxhcfmtqge 1 1
6s5wltthcjbtew7bojng5gtiqq 1 1
brkeflyzfxlngfc6c72qkrzuei 2 1
"""


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField()
    starts = forms.TimeField(widget=forms.TimeInput(attrs={"type": "time"}), initial="14:00")
    ends = forms.TimeField(widget=forms.TimeInput(attrs={"type": "time", "data-minutes": "120"}), initial="16:00")
    format = forms.ChoiceField(widget=forms.RadioSelect, initial="0")
    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agree = forms.BooleanField()

    pair: ClassVar[tuple[str, str]] = ("starts", "ends")

    def __init__(self, words: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label, self.fields["name"].help_text = words["name"], words["help"]
        self.fields["name"].error_messages["required"] = words["wrong"]
        for name, key in (
            ("starts", "start"),
            ("ends", "end"),
            ("format", "format"),
            ("text", "text"),
            ("agree", "agree"),
        ):
            self.fields[name].label = words[key]
        choices = self.fields["format"]
        assert isinstance(choices, forms.ChoiceField)
        choices.choices = list(enumerate(words["formats"]))
        self.fields["ends"].widget.attrs["data-follows"] = f"{self['starts'].auto_id}"


def gallery(request: HttpRequest) -> HttpResponse:
    """GET: all parts, in light and in dark, in the reader's language."""
    words = TEXTS["ja" if (get_language() or "").startswith("ja") else "en"]
    panes = []
    for scheme in ("light", "dark"):
        form = SampleForm(words["field"], {"starts": "14:00", "ends": "16:30", "format": "0"}, auto_id=f"{scheme}-%s")
        panes.append({"scheme": scheme, "form": form})
    keys = ("what", "when", "more", "state")
    return render(
        request,
        "gallery.html",
        {
            "panes": panes,
            "w": words,
            "zone": ZONE,
            "card_seats": {"tone": "lottery", "how": words["can_do"][0], "number": words["can_do"][1]},
            "communities": [Community(slug=slug, name=name) for slug, name in COMMUNITIES.items()],
            "starts_at": START,
            "ends_at": END,
            "earlier": START - timedelta(days=70),
            "proof": PROOF,
            "steps": [dict(zip(keys, step, strict=True)) for step in words["steps"]],
            "facts": [dict(zip(("label", "value", "more"), fact, strict=True)) for fact in words["facts"]],
            "rows": [
                {
                    "when": when,
                    "what": what,
                    "who": who,
                    "state": "" if state == "today" else state,
                    "today": state == "today",
                }
                for when, what, who, state in words["timeline"]
            ],
            "programme": [
                dict(zip(("when", "title", "who", "pause"), item, strict=True)) for item in words["programme"]
            ],
            "tabs": [
                {"label": label, "url": "#", "count": count, "current": number == 1}
                for number, (label, count) in enumerate(words["tabs"])
            ],
            "messages": [{"level_tag": tag, "text": text} for tag, text in words["messages"]],
        },
    )
