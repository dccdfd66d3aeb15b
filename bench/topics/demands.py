"""Cases of one bank that asks too much, in wordings written apart from the product's words for demands.

Each is told in eight ways by callers who share what is demanded of them and hardly a phrase.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandCase:
    """A matter, its category, and how callers tell it."""

    name: str
    category: str
    texts: tuple[str, ...]


HELD_OUT = (
    DemandCase(
        name="savings of the dead",
        category="B01",
        texts=(
            "父亲上个月走了，存折里还有八千多，网点说没有公证书一分钱都取不出来，公证费就要好几百。",
            "老人去世留下一张存单，三个子女都到场了，柜员还让回去办继承公证。",
            "为了两千块钱遗款，跑了四趟，先说要死亡证明，再说要亲属关系证明，最后又说得去公证处。",
            "母亲的养老金卡，我们带了户口本和注销证明，大堂经理说不够，必须兄弟姐妹全部签字。",
            "小额存款国家说可以简化手续，他们照样要求做公证，说总行没下文。",
            "爷爷的定期到期了人不在了，派出所开的亲属证明不认，非让法院出判决。",
            "家里老人过世取钱，缺一个外地的姐姐的签字就不给办，她根本回不来。",
            "拿着死亡证和结婚证去取老伴的工资，说证明材料不齐，叫我到居委会再盖章。",
        ),
    ),
    DemandCase(
        name="insurance for a mortgage",
        category="B02",
        texts=(
            "贷款都批了，客户经理说不买一份人寿保险就放不了款。",
            "办房贷被搭了一份一万二的保险，不签字就不往上报。",
            "签合同那天拿出一张保单，说是放款的前提，我根本不需要。",
            "经营贷要想利率低就得先买他们代理的意外险，每年三千。",
            "想提前放款，让我存二十万定期再开张信用卡，说是任务。",
            "按揭卡在最后一步，支行行长亲口说买理财才能排上队。",
            "别的银行都没有这一说，就这家办贷款必须配一份保险。",
            "不同意买保险，材料在他们手里压了一个月，催就说额度紧张。",
        ),
    ),
    DemandCase(
        name="a card closed where it was opened",
        category="B03",
        texts=(
            "十年前在老家办的卡想销掉，这边网点不给弄，让我回开户行。",
            "人在外地打工，改个手机号非得本人回原网点，来回车费上千。",
            "卡丢了补办，说异地的办不了，只能到当初开户的支行。",
            "父母瘫痪在床，密码忘了，柜台坚持要本人到现场拍照。",
            "挂失要求亲自去开卡那家支行，那个支行早就撤并了。",
            "销户跑了三个网点，都推给开户网点，国家不是早就说异地可以办吗。",
            "换卡要本人带身份证原件去老家柜台，我在国外回不去。",
            "身份证更新照片，线上不认，非要跑一趟开户行当面办。",
        ),
    ),
    DemandCase(
        name="papers for a transfer limit",
        category="B07",
        texts=(
            "转账限额降到五百，想调回来，让我打半年的工资流水加单位的在职证明。",
            "做自由职业的，哪来的劳动合同，没有合同就不给提额度。",
            "非柜面限额，网点要我提供营业执照和进货单，我就是个摆摊的。",
            "给孩子交学费转不出去，说提限额得有社保缴费记录。",
            "退休老人一天只能转一千，要提高得拿退休证和居住证明来。",
            "要租房合同、水电费单子、工作证明三样齐了才肯调额度。",
            "客服说去柜台即可，柜台说缺辅助证明材料，又让找社区盖章。",
            "我交了工资单他又要纳税记录，交了纳税记录又要合同，没完没了。",
        ),
    ),
)
