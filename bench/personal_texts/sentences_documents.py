"""Sentences around documents of officers and drivers and names on platforms, and what looks like them."""

CHINESE = (
    "我是现役军人，军官证号{officer}，{bank}不给办理分期。",
    "证件类型军官证，证件号码：{officer}，{name}，联系电话{mobile}。",
    "本人{name}持士兵证（{officer}）到网点开户被拒，{moment}投诉。",
    "客户提供的警官证{officer}与系统不符，金额{amount}。",
    "武警{name}，文职干部证{officer}，要求退还{amount}。",
    "驾驶证档案编号{licence_file}，车贷{amount}被重复扣款。",
    "驾驶证号{id}，档案编号：{licence_file}，{moment}办理抵押。",
    "我的驾照档案编号是{licence_file}，{bank}要求重新提交。",
    "对方抖音号{handle}，冒充{bank}客服骗走{amount}。",
    "抖音号：{handle}，{moment}发布虚假贷款广告。",
    "主播的快手号是{handle}，诱导投资{amount}。",
    "在小红书号{handle}下单，付款{amount}后被拉黑。",
    "{bank}的处罚决定{office_file}已公示，{moment}仍未整改。",
    "房产证{office_file}，抵押贷款{amount}已还清。",
    "信贷档案编号{office_serial}，{moment}起归档，客服说查不到。",
    "在抖音买了{amount}的课程，{moment}申请退款，{count}。",
    "抖音视频显示年化{rate}，{count}，实际到期只有{amount}。",
    "法院{case}判决已经生效，档案编号{office_serial}，银行仍不执行。",
)
