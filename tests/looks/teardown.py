"""Scenes that the sample lacks: an event's evening at 22:20, a half-ticked list, and photos of the room. For `make looks`."""

from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from meetups.events.models import Event
from meetups.registrations.models import Slot
from meetups.registrations.new_slots import SlotPlan
from meetups.volunteers.actions.shifts.plan_shift import plan_shift
from meetups.volunteers.actions.signups.sign_up import sign_up
from meetups.volunteers.actions.teardown.add_chore import add_chore
from meetups.volunteers.actions.teardown.add_room_photo import add_room_photo
from meetups.volunteers.actions.teardown.tick_chore import tick_chore
from meetups.volunteers.models import Chore, Shift
from meetups.volunteers.shift_plan import ShiftPlan
from meetups.volunteers.teardown_list import ChoreLine
from tests.looks.scene import person, published
from tests.support.scenes.teardown_scene import jpeg, room

DO, DO_NOT = Chore.Sort.DO, Chore.Sort.DO_NOT
LINES = [
    ChoreLine(DO, "ゴミを分別して指定のゴミ箱に入れる", "ペットボトルはキャップとラベルを外す。缶とびんは中を空に。ピザの箱は可燃ごみ"),
    ChoreLine(DO, "机と椅子を拭く"),
    ChoreLine(DO, "机と椅子を元の配置に戻す", "写真と見比べる。後ろの2列は会議机、前はスクール形式"),
    ChoreLine(DO, "貼り紙・矢印・ポスターを剥がす", "1階の入口とエレベーターの中も"),
    ChoreLine(DO, "スタンド・マイク・ケーブルを元の場所に返す"),
    ChoreLine(DO, "忘れ物を確認する", "机の中、床、クロークを見て、責任者に渡す"),
    ChoreLine(DO, "Return the 4 borrowed extension cords, the HDMI switch and the confidence monitor to facilities on the 17th floor"),
    ChoreLine(DO, "窓を閉め、照明と空調を切る"),
    ChoreLine(DO, "入館証の数を数えて受付に返す", "全部で15枚"),
    ChoreLine(DO_NOT, "会場のゴミ箱に弁当の殻を入れない", "持ち帰り用の袋に入れる"),
    ChoreLine(DO_NOT, "机を引きずらない", "2人で持ち上げる"),
    ChoreLine(DO_NOT, "サーバー室のドアと、常設のプロジェクターの配線には触らない"),
]  # fmt: skip
CAPTIONS = ["入口から見た全体", "窓側。ブラインドは半分", "", "講演台とスクリーンの位置。テープの印に合わせる。マイクスタンドは左の壁際に2本"]  # fmt: skip


def evening(title: str, starts_at: datetime, *, who: str = "chie") -> Event:
    """An event of two and a half hours whose teardown `who` has taken and Ben leads, without a list."""
    since = starts_at - timedelta(days=10)
    event = published(title, hours=240, since=since, slot=SlotPlan("一般参加枠", Slot.Admission.FIRST_COME, 60))
    ends_at = starts_at + timedelta(hours=2, minutes=30)
    Event.objects.filter(pk=event.pk).update(starts_at=starts_at, ends_at=ends_at)
    event.refresh_from_db()
    plan = ShiftPlan(Shift.Phase.TEARDOWN, Shift.Role.TEARDOWN, "撤収", ends_at, ends_at + timedelta(hours=1), 2, 4)
    shift = plan_shift(event=event, plan=plan, guarantees_seat=False, at=since, by=person("ben"))
    Shift.objects.filter(pk=shift.pk).update(lead=person("ben"), place="18Fホール")
    sign_up(shift=shift, volunteer=person(who), at=since)
    return event


def write(event: Event, lines: list[ChoreLine], captions: list[str]) -> None:
    """Ben writes the list and adds photos of the room."""
    since = event.starts_at - timedelta(days=3)
    for line in lines:
        add_chore(event=event, line=line, at=since, by=person("ben"))
    for number, caption in enumerate(captions):
        drawn = room(600, 800, wall="#c9d2d6") if number == 1 else room(1200, 900, rows=2 + number % 2)
        upload = SimpleUploadedFile("room.jpg", jpeg(drawn), "image/jpeg")
        add_room_photo(event=event, upload=upload, caption=caption, at=event.starts_at, by=person("ben"))


def tick(event: Event, count: int, *, minutes: int = 10) -> None:
    """Chie, Ben and Dan tick the first lines in turn."""
    for number, chore in enumerate(Chore.objects.filter(event=event, sort=DO).in_order()[:count]):
        done_at = event.ends_at + timedelta(minutes=minutes + 4 * number)
        tick_chore(chore=chore, done=True, at=done_at, by=person(("chie", "ben", "dan")[number % 3]))


def teardown_evenings() -> list[tuple[str, str, str]]:
    """The name, viewer and path of each page about these scenes.

    Pages read the clock, so the events are set as if it were 22:20 on an evening that ended at 21:30.
    """
    now = timezone.now()
    # Teardown began 50 minutes ago; in the second event it should have ended twenty minutes ago.
    half, late, done = (
        evening("ML勉強会 #18 推薦システムの運用と、いまならこう作るという話", now - timedelta(minutes=200)),
        evening("ML勉強会 #19", now - timedelta(minutes=230), who="dan"),
        evening("ML勉強会 #20", now - timedelta(minutes=200), who="finn"),
    )
    write(half, LINES, CAPTIONS)
    tick(half, 6)
    write(late, LINES[:4], [])
    tick(late, 3)
    write(done, [LINES[1], LINES[4], LINES[10]], CAPTIONS[:1])
    tick(done, 2)
    begun = evening("ML勉強会 #21", now + timedelta(days=5))
    chore = Chore.objects.filter(event=half).in_order()[6]
    photo = half.room_photos.order_by("pk")[3]
    desk = f"/desk/events/{half.public_id}/teardown"
    return [
        ("teardown", "chie", f"/events/{half.public_id}/teardown/"),
        ("teardown-late", "aiko", f"/events/{late.public_id}/teardown/"),
        ("teardown-done", "finn", f"/events/{done.public_id}/teardown/"),
        ("teardown-none", "aiko", f"/events/{begun.public_id}/teardown/"),
        ("teardown-my-page", "chie", "/me/"),
        ("teardown-desk", "aiko", f"{desk}/"),
        ("teardown-desk-begin", "aiko", f"/desk/events/{begun.public_id}/teardown/"),
        ("teardown-desk-line", "aiko", f"{desk}/{chore.pk}/"),
        ("teardown-desk-photo", "aiko", f"{desk}/photos/{photo.pk}/"),
        ("teardown-desk-overview", "aiko", f"/desk/events/{half.public_id}/"),
    ]
