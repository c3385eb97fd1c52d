"""What a report says in words, in both languages: signed with it, so that they cannot be exchanged."""

from teahouse.gate.model.policies import Both
from teahouse.reports.model.stolen import DEK, HOUSE, INDEX, KEK, PASSWORD, SESSION, SIGNING

# What each class of data is, and what changing it protects and does not [U-18].
CLASSES: dict[str, Both] = {
    KEK: Both(
        "重新包裹：只有数据密钥外面的一层换了新的密钥加密密钥，密文一字未动。可防只拿到旧密钥文件的人；防不住已经拿到数据密钥、或同时持有旧密钥与旧数据库副本的人。",
        "Wrapped anew: only the layer around each data key changed; no ciphertext did. It helps against "
        "whoever has the old key file alone, and not against whoever has data keys, or the old key "
        "together with an old copy of the database.",
    ),
    DEK: Both(
        "重新加密：每个值都用新的数据密钥重新加密，旧数据密钥随后销毁。此后，旧数据密钥打不开这里的任何值；此前被复制走的旧密文仍能打开。",
        "Sealed anew: every value is under a younger data key, and the old data keys are destroyed. "
        "With an old data key nothing here opens any more; old ciphertext that was copied before does.",
    ),
    INDEX: Both(
        "盲索引：按新密钥重做并清除旧的。旧索引密钥不再能验证某个号码是否注册；旧副本除外。",
        "Blind indexes made again under a new key, the old ones cleared. With the old key nobody can "
        "test any more whether a number is registered, except against an old copy.",
    ),
    HOUSE: Both(
        "本站自用词（链接、凭证）的密钥：新词用新密钥，旧词按其有效期自然失效。",
        "The key of the house's own words (links, passes): new words are under the new key, older ones "
        "end with their life.",
    ),
    PASSWORD: Both(
        "密码摘要：用新胡椒再包一层，登录时换成纯 argon2id；没有人需要改密码。",
        "Password digests: wrapped under a new pepper, and made plain argon2id at the next sign-in; "
        "nobody has to change a password.",
    ),
    SESSION: Both(
        "会话摘要：使用时逐个换到新密钥；没有人被强制退出。",
        "Session digests: each comes under the new key as it is used; nobody was signed out.",
    ),
    SIGNING: Both(
        "签名公告的密钥：新密钥由旧密钥在公开历史中指名。",
        "The key that signs notices: the old one names the new one in the public history.",
    ),
}

CAPABILITIES: dict[str, Both] = {
    "register": Both("注册", "Signing up"),
    "sign_in": Both("登录", "Signing in"),
    "send": Both("收发消息", "Sending and reading messages"),
    "change_contact": Both("更换号码或邮箱", "Changing a number or address"),
    "profile": Both("修改资料", "Editing a profile"),
    "erase": Both("注销", "Erasing an account"),
    "look_up": Both("按号码查找", "Being found by a number"),
}

# How a downtime was measured. The first two are of what happened; the others say that nobody
# asked, or that nobody looked.
ANSWERS, PUBLIC_HISTORY = "answers", "public_history"
UNASKED, UNMEASURED = "unasked", "unmeasured"
METHODS: dict[str, Both] = {
    ANSWERS: Both(
        "统计各进程对真实请求的应答：某一秒内有请求失败且无一成功，即计为停用。",
        "Counted from the answers of all workers to real requests: a second in which some failed and "
        "none succeeded is down.",
    ),
    PUBLIC_HISTORY: Both(
        "按公开历史计算：升级期间任何注册入口对任何人关闭的时间，重叠只计一次。任何人都能用公开历史复算。",
        "From the public history: the time for which any door was shut to anybody during the run, "
        "overlaps once. Anybody can reckon it again from that history.",
    ),
    UNASKED: Both(
        "一直在统计，但其间没有人用到，因此无从得知。",
        "It was watched, and nobody asked for it; so nothing is known.",
    ),
    UNMEASURED: Both("没有测量，因此不作声明。", "Nobody measured it, so nothing is claimed."),
}

# Why a run does not call itself complete.
SHORTFALLS: dict[str, Both] = {
    "aborted": Both("升级被中止。", "The run was given up."),
    "old_values": Both("仍有值在旧密钥之下。", "Values are left under an old key."),
    "broken": Both("有值无法打开。", "Values could not be opened."),
    "differing": Both("有值在升级前后不一致。", "Values do not say what they said before."),
    "unindexed": Both(
        "有行缺少正确的盲索引。", "Rows lack their blind index, or have a wrong one."
    ),
    "quarantined": Both("有行被隔离，尚未处理。", "Rows are set aside and not dealt with."),
    "not_all_done": Both("有行没有处理。", "Rows were not done."),
    "not_verified": Both("没有经过核验。", "Nothing was verified."),
    "undeclared": Both(
        "扫描发现未申报的个人信息。", "The scanner found personal data that nobody declared."
    ),
    "sinks_unknown": Both(
        "有存放之处没有检查到。", "A place where data may lie was not looked at."
    ),
    "sinks_old": Both(
        "应随升级换新的存放之处仍有旧密文。",
        "A place that follows the run still holds old ciphertext.",
    ),
}

# What is wrong with a file that should be a report.
WRONGS: dict[str, Both] = {
    "no_report": Both("这不是一份报告", "this is not a report"),
    "strange_format": Both(
        "这份报告的格式本站不认识", "this is not a report of a format that is known here"
    ),
    "other_bytes": Both("字节与签名时不同", "its bytes are not as they were signed"),
    "no_key": Both("报告所写的密钥无效", "the key it names is none"),
    "bad_signature": Both("签名不正确", "its signature is not right"),
    "another_key": Both(
        "签名的密钥不是您给出的那一把", "it was signed by another key than the one that you gave"
    ),
    "does_not_follow": Both(
        "报告的结论与其中的数字不符", "what it says of itself does not follow from its figures"
    ),
}
