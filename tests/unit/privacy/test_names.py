"""Names, addresses and employers are masked; what complaints are about stays."""

from itertools import pairwise

import pytest

from xiaobao.catalog import reading
from xiaobao.privacy.names.masking import Kind, NameMasker
from xiaobao.privacy.names.tagger import installed_tagger


@pytest.fixture(scope="module")
def masker() -> NameMasker:
    words = reading.load().names
    assert words is not None
    return NameMasker(words, installed_tagger())


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("我叫王建国，在招商银行办理信用卡", "我叫[NAME1]，在招商银行办理信用卡"),
        ("再次反映，本人姓李超，开户要提供居住证", "再次反映，本人姓[NAME1]，开户要提供居住证"),
        ("我姓欧阳，电话打不通", "我姓欧阳，电话打不通"),
        ("李明违规办理，李明不理，张女士作证", "[NAME1]违规办理，[NAME1]不理，[NAME2]女士作证"),
        ("投诉人欧阳娜娜与尼古拉·赵四一起", "投诉人[NAME1]与[NAME2]一起"),
        ("姓名：赟镕珺", "姓名：[NAME1]"),
        ("刘某某、李**说已还款", "刘某某、李**说已还款"),
        ("家住长沙市岳麓区麓谷路12号3栋401室", "家住长沙市岳麓区[ADDRESS1]"),
        ("家住邵阳县塘渡口镇红石村5组12号", "家住邵阳县塘渡口镇[ADDRESS1]"),
        ("工商银行北京市海淀区中关村大街27号支行", "工商银行北京市海淀区中关村大街27号支行"),
        ("楼下的人民路很堵", "楼下的人民路很堵"),
        ("我在长沙中联重科工作", "我在[EMPLOYER1]工作"),
        ("我在工商银行工作多年", "我在工商银行工作多年"),
        ("在省农机局工作组主持下签订", "在省农机局工作组主持下签订"),
        ("孩子在王仙小学读书，楚景社区成立两年了", "孩子在王仙小学读书，楚景社区成立两年了"),
        ("本人家里有事，急需用钱", "本人家里有事，急需用钱"),
        ("本人住北京市朝阳区望京西园四区411号楼1单元1502室", "本人住北京市朝阳区[ADDRESS1]"),
        ("住3栋2单元501室，天天有人上门", "住[ADDRESS1]，天天有人上门"),
        ("我家在龙湖香醍8-2-1103，银行上门催收", "我家在[ADDRESS1]，银行上门催收"),
        ("家庭住址：湖南省长沙市岳麓区幸福小区3栋", "家庭住址：湖南省长沙市岳麓区[ADDRESS1]"),
        ("我是金茂府（地铁口）2栋1203的业主", "我是[ADDRESS1]的业主"),
        ("我们小区12栋开了麻将馆，9栋2单元电梯坏了", "我们小区12栋开了麻将馆，9栋2单元电梯坏了"),
        (
            "3栋105m2户型、8栋600多户、11栋18层、芙蓉路5号线",
            "3栋105m2户型、8栋600多户、11栋18层、芙蓉路5号线",
        ),
        ("车要绕道15栋，老百姓里三层外三层", "车要绕道15栋，老百姓里三层外三层"),
        ("位于五一路的人民政府2014-113号文", "位于五一路的人民政府2014-113号文"),
        ("本人是富士康科技集团员工", "本人是[EMPLOYER1]员工"),
        ("我爱人系长沙市第一中学教师", "我爱人系[EMPLOYER1]教师"),
        ("单位是国家电网长沙供电公司，要收入证明", "单位是[EMPLOYER1]，要收入证明"),
        ("建设单位中建五局停工，经办单位：左家塘街道办", "建设单位中建五局停工，经办单位：左家塘街道办"),
        ("我在一家公司上班三年，有人说平安普惠员工催收", "我在一家公司上班三年，有人说平安普惠员工催收"),
        ("广铁集团职工买房，对方是苏宁易购的员工", "广铁集团职工买房，对方是苏宁易购的员工"),
        ("我家祖祖辈辈住这里，人命关天", "我家祖祖辈辈住这里，人命关天"),
        ("被金科物业管着，找金科说理", "被金科物业管着，找金科说理"),
        ("按楚财会〔2017〕8号文办", "按楚财会〔2017〕8号文办"),
        ("陈局长您好，老板贺姐不理", "[NAME1]局长您好，老板[NAME2]姐不理"),
        ("户主代表大会上向投诉人解释", "户主代表大会上向投诉人解释"),
        ("当时经理不在，花呗和余额宝都用不了", "当时经理不在，花呗和余额宝都用不了"),
        ("[PHONE]打不通", "[PHONE]打不通"),
        ("党女士称从未申请，还有女士插队，双方女士", "[NAME1]女士称从未申请，还有女士插队，双方女士"),
        ("扎西顿珠在网点挂失，我表弟小凯办了网贷", "[NAME1]在网点挂失，我表弟[NAME2]办了网贷"),
        ("小白求助，小昭就是很慢，恩格斯说过", "小白求助，小昭就是很慢，恩格斯说过"),
        ("委托代理人鲜于静怡，名单于静怡已交", "委托代理人[NAME1]，名单[NAME2]已交"),
        ("经办人为阿不都热合曼·买买提，柜台说", "经办人为[NAME1]，柜台说"),
        ("湖路12号蓝光·雍锦阁的业主，花呗·分期免息", "[ADDRESS1]蓝光·雍锦阁的业主，花呗·分期免息"),
        ("当事人麻文涛承认资料是中介伪造的", "当事人[NAME1]承认资料是中介伪造的"),
        ("客户端木磊到我行办理业务", "客户[NAME1]到我行办理业务"),
        ("客户上官云珠投诉，柜员澹台明月不理", "客户[NAME1]投诉，柜员[NAME2]不理"),
        ("客户端木马病毒，网上官网，名单于昨天公布", "客户端木马病毒，网上官网，名单于昨天公布"),
        ("向女士来电，我行已向向女士解释", "[NAME1]女士来电，我行已向[NAME1]女士解释"),
        ("经回访，向先生认为不合理；客户向女士称", "经回访，[NAME1]先生认为不合理；客户[NAME1]女士称"),
        ("我向女士了解情况，工作人员向先生解释", "我向女士了解情况，工作人员向先生解释"),
        ("农业银行，户名：吴某飞。地址不详", "农业银行，户名：吴某飞。地址不详"),
        ("", ""),
        ("王", "王"),
        ("John Smith called me twice", "John Smith called me twice"),
    ],
)
def test_what_is_masked(masker: NameMasker, text: str, masked: str) -> None:
    assert masker.mask(text) == masked


def test_places_are_those_of_the_text_and_never_overlap(masker: NameMasker) -> None:
    text = "😀我叫王建国\n家住岳麓区麓谷路12号3栋。\r\n王建国" + "很" * 500 + "，找张女士"
    found = masker.masks(text)
    assert [(text[one.start : one.end], one.kind, one.number) for one in found] == [
        ("王建国", Kind.NAME, 1),
        ("麓谷路12号3栋", Kind.ADDRESS, 1),
        ("王建国", Kind.NAME, 1),
        ("张", Kind.NAME, 2),
    ]
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_a_name_cut_short_in_one_place_is_masked_as_long_as_elsewhere(masker: NameMasker) -> None:
    text = "被投诉人殷义新。基本是殷义新本人到场就做数，殷义新门前鱼塘"
    assert "新" not in masker.mask(text)


@pytest.mark.parametrize(
    "text",
    [
        "终点延伸至何家冲和魏家冲）9号线",
        "线A市大道站）-高桥南（换乘5号线）",
        "治疗费医疗费用13万余元，办出院结算时，",
        "让A市音乐厅变成田涵大剧院？",
        "23号傍晚，由房东妈妈带几个人说",
    ],
)
def test_hamlets_stops_amounts_and_houses_are_no_persons(masker: NameMasker, text: str) -> None:
    assert masker.mask(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "替卢浮原著两千多户业主说话",
        "南边黄兴保利楼盘也是这个价",
        "特别是蔡娥中路徐家巷口至八路",
        "大乔亩换成小树苗，说树木稀少",
        "不知道要等到何年马月才能解决",
        "公开透明元瑕的安置区",
        "穿过尚心海悦到了河边",
    ],
)
def test_what_nothing_around_calls_a_person_wants_more_certainty(masker: NameMasker, text: str) -> None:
    assert masker.mask(text) == text


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("3、李伟方1000万元。4、马强树2246万元。", 1),
        ("他把周永发丶周树强丶好友黄大成都叫来了", 2),
        ("由邹意的父亲出面说明", 1),
        ("组长殷义新把持多年", 1),
    ],
)
def test_what_is_said_around_a_person_is_enough(masker: NameMasker, text: str, names: int) -> None:
    assert len({one.number for one in masker.masks(text) if one.kind is Kind.NAME}) >= names


@pytest.mark.parametrize(
    "text",
    ["我和王建国东门见的面", "老师张丽华英语不好", "业主李建华北门被打", "经理王建国家桥边有房"],
)
def test_a_person_before_a_gate_or_a_bridge_is_masked(masker: NameMasker, text: str) -> None:
    assert "[NAME1]" in masker.mask(text)


@pytest.mark.parametrize(
    "text",
    [
        "李建国村长说没事",
        "我找到姚建国镇长反映",
        "张伟冲进来打人",
        "王强投资了一百万元，后来王强不见了",
        "张伟项目经理不退钱",
        "刘明路过的时候摔倒了",
        "李红教育孩子很辛苦",
        "周立新副镇长主持了会议",
        "一个名叫李建军的老板跑了",
    ],
)
def test_an_office_or_a_deed_behind_a_person_is_no_place(masker: NameMasker, text: str) -> None:
    assert "[NAME1]" in masker.mask(text)


@pytest.mark.parametrize(
    "text",
    [
        "跳马镇杨林新村贺嘉岭组的村民",
        "一个名叫泊慧停车的公司自称受委托",
        "从屋水溪到王泊的水泥路坏了",
        "从田东心到先锋站的城铁",
        "经过28路（侯旨亭至通益）两条线",
        "向您跪谢隆恩，在我有生之年",
        "被告赔了钱顺道一起搬走",
        "按岳公(境)决字2016第8号处罚",
        "分布在白沙、春华、高桥、黄星、福临、路口、黄花等乡镇",
        "他却耍起了赖皮，此致即颂时祺",
        "全国有许许多多的爱国人士",
        "被投诉人海利房地产未办手续，海利置业、海利",
    ],
)
def test_hamlets_ways_firms_and_cut_words_are_no_persons(masker: NameMasker, text: str) -> None:
    assert masker.mask(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("关于黄松肖、美漾酒店无证施工", "关于[NAME1]、美漾酒店无证施工"),
        ("找李建国、王芳、陈平、张红都不管", "找[NAME1]、[NAME2]、[NAME3]、[NAME4]都不管"),
        ("赵强去医院看病，李红在花园", "[NAME1]去医院看病，[NAME2]在花园"),
        ("甲方王建国签字，感谢陈平书记", "甲方[NAME1]签字，感谢[NAME2]书记"),
    ],
)
def test_persons_near_places_and_in_lists_are_masked(masker: NameMasker, text: str, masked: str) -> None:
    assert masker.mask(text) == masked


def test_a_surname_behind_a_word_of_thanks_is_masked_alone(masker: NameMasker) -> None:
    assert masker.mask("全家感激不尽，拜谢黎书记。") == "全家感激不尽，拜谢[NAME1]书记。"


def test_a_text_of_a_hundred_kilobytes_is_read_to_its_end(masker: NameMasker) -> None:
    assert masker.mask("利息太高" * 12_500 + "，我叫王建国").endswith("我叫[NAME1]")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Ms. Delgado and Mr Ed O'Brien called", "Ms. [NAME1] and Mr [NAME2] called"),
        ("My name is Tomás de Herrera Cruz.", "My name is [NAME1] de Herrera Cruz."),
        ("my husband, Dwayne T. Pettigrew, is not on it", "my husband, [NAME1], is not on it"),
        ("我叫Ekaterina Petrova，留学生", "我叫[NAME1]，留学生"),
        (
            "My mother Board meetings; Mr. Cooper took the loan",
            "My mother [NAME1] meetings; Mr. Cooper took the loan",
        ),
        (
            "I spoke with Wells Fargo in March, Dr. visits, MS Word",
            "I spoke with Wells Fargo in March, Dr. visits, MS Word",
        ),
    ],
)
def test_names_in_latin_letters_are_told_by_what_stands_before_them(
    masker: NameMasker, text: str, masked: str
) -> None:
    assert masker.mask(text) == masked


def test_the_version_follows_the_words(masker: NameMasker) -> None:
    assert masker.version.startswith("names-8.")
    words = reading.load().names
    assert words is not None
    assert NameMasker(words, installed_tagger()).version == masker.version
