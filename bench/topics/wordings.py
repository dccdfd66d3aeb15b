"""Bursts of complaints in words drawn by seed: none of it is known to the product."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

_FIRST = "锦瑞嘉泰鸿盛恒丰启明德源安和顺达汇聚融信诚华宏远景澜湖翠云山海天御龙凤栖梧桐澄碧"
_KINDS = ("小区", "花园", "银行", "公司", "平台", "学校", "医院", "健身", "超市", "驾校", "培训", "物业")
_GREETINGS = ("", "", "尊敬的领导：", "您好，", "领导好！", "反映一个问题：", "求助！", "我是一名普通市民，")
_CLOSINGS = (
    "",
    "",
    "望尽快处理。",
    "请相关部门核实。",
    "谢谢！",
    "希望给个说法。",
    "盼复。",
    "恳请领导重视！",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What a burst is about: slots that texts draw from, each with several wordings."""

    name: str
    slots: tuple[tuple[str, ...], ...]


DEVELOPMENT = (
    Matter(
        name="frozen cards",
        slots=(
            ("{e}把我的银行卡冻结了", "我在{e}的卡突然不能用", "账户被{e}限制非柜面交易", "{e}无故冻结账户"),
            (
                "去柜台要求提供流水和居住证明",
                "说要单位开证明才能解冻",
                "让我提供半年流水",
                "要求补交居住证明",
            ),
            ("工资取不出来", "房贷扣不了款", "连买菜的钱都转不出去", "生活费全在里面"),
            ("打客服电话一直占线", "客服互相推诿", "网点说等总行通知", "来回跑了三趟没有结果"),
        ),
    ),
    Matter(
        name="prepaid lessons",
        slots=(
            ("{e}突然关门", "{e}老板跑路了", "{e}停业不通知家长", "{e}人去楼空"),
            ("课程费还剩一万多没退", "交了两年的学费", "办的卡还有六十节课", "预付的钱要不回来"),
            ("负责人电话打不通", "微信群被解散", "店长说自己也没领工资", "只留下一张告示"),
            ("几十个家长都被骗", "受害人有上百家", "很多家庭受影响", "同班的家长都在维权"),
        ),
    ),
    Matter(
        name="night noise",
        slots=(
            ("{e}工地通宵施工", "{e}半夜还在打桩", "{e}旁边的搅拌机整夜不停", "{e}凌晨两点施工噪音"),
            ("根本没法睡觉", "老人血压都上来了", "孩子马上高考受影响", "一家人整夜失眠"),
            ("打城管电话没人管", "投诉多次没有效果", "环保局来了就停走了又开", "说有夜间施工许可证"),
        ),
    ),
    Matter(
        name="loan insurance",
        slots=(
            (
                "在{e}贷款被搭售保险",
                "{e}放款时强制买意外险",
                "{e}的贷款里夹带保费",
                "{e}捆绑销售保险才给放款",
            ),
            ("保费从本金里直接扣", "到手金额少了八千", "每月多还三百多", "合同里根本没写清楚"),
            ("提前还款也不退保费", "要求退保被拒绝", "客服说是自愿购买", "经理让我找保险公司"),
        ),
    ),
    Matter(
        name="dirty water",
        slots=(
            ("{e}自来水发黄有异味", "{e}家里放出来的水像泥汤", "{e}水管里流出铁锈水", "{e}饮用水浑浊"),
            ("已经持续一个多星期", "从上个月就这样", "反复出现好多次", "一到晚上就发臭"),
            ("孩子喝了拉肚子", "洗衣服全染黄", "只能买桶装水做饭", "不敢给老人烧水"),
            ("水务公司说管道老化", "物业说不归他们管", "至今没人来检测", "报修电话没人接"),
        ),
    ),
    Matter(
        name="down payment",
        slots=(
            (
                "{e}临时提高首付比例",
                "{e}要求首付从三成涨到五成",
                "{e}说政策变了首付不够",
                "{e}批贷后又要加首付",
            ),
            ("征信有一次逾期就拒贷", "说我征信查询次数多", "要补收入证明和流水", "让父母做担保人才行"),
            ("定金不退", "开发商催着交款要违约金", "十万定金打水漂", "合同马上到期"),
        ),
    ),
)
HELD_OUT = (
    Matter(
        name="bus line cut",
        slots=(
            (
                "{e}门口的公交线路取消了",
                "经过{e}的公交车停运",
                "{e}这边班车减到一小时一趟",
                "{e}站台撤掉没有通知",
            ),
            ("上班天天迟到", "老人去医院不方便", "学生放学回不了家", "只能打摩的出行"),
            ("公交公司说客流不足", "热线答复等研究", "没有征求居民意见", "推给交通局"),
        ),
    ),
    Matter(
        name="points expired",
        slots=(
            ("{e}信用卡积分被清零", "{e}的积分一夜之间没了", "{e}擅自改积分有效期", "攒的积分{e}说过期作废"),
            ("十几万分价值上千元", "本来准备换机票", "存了五年舍不得用", "从来没有短信提醒"),
            ("客服只会念话术", "说公告早就发过", "申诉被驳回", "要求恢复一直拖"),
        ),
    ),
    Matter(
        name="wage arrears",
        slots=(
            ("{e}拖欠工资四个月", "{e}项目部不发工钱", "{e}欠我们农民工血汗钱", "给{e}干完活拿不到钱"),
            ("包工头联系不上", "老板说甲方没结款", "一拖再拖说下周", "劳动局让等调解"),
            ("一共三十多个人", "家里等着钱看病", "孩子开学交不起学费", "连回家路费都没有"),
        ),
    ),
    Matter(
        name="deferred mortgage",
        slots=(
            (
                "疫情期间向{e}申请延期还贷被拒",
                "{e}不给办理房贷延期",
                "{e}说隔离不算延期理由",
                "停工了{e}仍然催收房贷",
            ),
            ("要社区开隔离证明", "非要单位盖章的停薪证明", "材料交了三遍还不行", "要求提供医院证明"),
            ("征信上了逾期记录", "每天被催收电话骚扰", "罚息照样收", "威胁起诉"),
        ),
    ),
    Matter(
        name="gas stove recall",
        slots=(
            (
                "{e}安装的燃气表转得飞快",
                "{e}换了新气表费用翻倍",
                "{e}燃气表计量不准",
                "{e}换表后一个月四百多",
            ),
            ("以前每月才八十块", "家里就两个人做饭", "邻居家也是一样", "出差半个月也扣这么多"),
            ("要求检测被拒绝", "师傅说表没问题", "燃气公司让自己花钱校验", "退费没有下文"),
        ),
    ),
)


def burst(
    matter: Matter, size: int, *, seed: int, padding: Sequence[str] = (), named: bool = True
) -> list[str]:
    """Texts on one matter by as many hands: two to all of its slots in any order, sometimes other people's
    sentences between them, a slip of the pen here and there."""
    drawn = random.Random(seed)
    name = "".join(drawn.sample(_FIRST, drawn.randint(2, 3))) + drawn.choice(_KINDS)
    entity = name if named else drawn.choice(("他们", "这家", "对方"))
    return [_text(matter, entity, drawn, padding) for _ in range(size)]


def _text(matter: Matter, entity: str, drawn: random.Random, padding: Sequence[str]) -> str:
    count = drawn.randint(2, len(matter.slots))
    first, *others = matter.slots
    chosen = [first, *drawn.sample(others, count - 1)]
    drawn.shuffle(chosen)
    parts = [drawn.choice(slot).format(e=entity) for slot in chosen]
    for _ in range(drawn.choice((0, 0, 1, 1, 2, 3)) if padding else 0):
        parts.insert(drawn.randint(0, len(parts)), drawn.choice(padding))
    joined = "".join(part + drawn.choice("，，。；") for part in parts)
    return drawn.choice(_GREETINGS) + _slipped(joined, drawn) + drawn.choice(_CLOSINGS)


def _slipped(text: str, drawn: random.Random) -> str:
    letters = list(text)
    for _ in range(drawn.choice((0, 0, 1, 2))):
        at = drawn.randrange(len(letters))
        letters[at] = drawn.choice(("", letters[at] * 2))
    return "".join(letters)
