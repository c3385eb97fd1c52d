"""What to do first when a key was stolen: which classes of data in which order, and why [U-28].

Replacing a key-encryption key wraps data keys anew and touches no value; it helps against whoever
has that key alone. Replacing data keys seals every value anew; it is what helps against whoever may
have a data key, or had the key-encryption key and the database together. Neither takes back a copy
that somebody already holds [U-18].
"""

from typing import NamedTuple

from teahouse.gate.model.policies import Both

KEK, DEK, INDEX, HOUSE = "kek", "dek", "index", "house"
PASSWORD, SESSION, SIGNING = "passwords", "session", "signing"


class StolenStep(NamedTuple):
    """A class of data, and why it comes at this place. ``sensitive_first``: such people's rows first."""

    data_class: str
    why: Both
    sensitive_first: bool = False


class Stolen(NamedTuple):
    """What was stolen: in words, what to do in order, and what no upgrade can mend."""

    name: Both
    steps: tuple[StolenStep, ...]
    remains: Both


_NEW_KEK = StolenStep(
    KEK,
    Both(
        "先换密钥加密密钥并重新包裹所有数据密钥：此后新生成的一切都不再受失窃密钥保护，几分钟即可完成。",
        "First a new key-encryption key, and every data key wrapped by it: from then on nothing new "
        "hangs on the stolen one. It takes minutes.",
    ),
)
_SEAL_ANEW = StolenStep(
    DEK,
    Both(
        "再用新的数据密钥重新加密每一个值，敏感信息优先：仅重新包裹并不能防住已经拿到数据密钥的人。",
        "Then every value sealed anew under younger data keys, sensitive data first: wrapping anew "
        "does nothing against whoever already has data keys.",
    ),
    sensitive_first=True,
)
_SEAL_LATER = StolenStep(
    DEK,
    Both(
        "再用新的数据密钥重新加密每一个值，敏感信息优先：谁若还找到一份旧备份，就能用失窃密钥取出其中的数据密钥，而今天的值仍由它们加密。",
        "Then every value sealed anew, sensitive data first: whoever also finds an old back-up takes "
        "the data keys in it out with the stolen key, and today's values are still under those.",
    ),
    sensitive_first=True,
)
_NEW_INDEX = StolenStep(
    INDEX,
    Both(
        "索引密钥也由同一把密钥保护：拿到它就能逐个试手机号，因此一并更换盲索引。",
        "The index key lay under the same key. Whoever has it can try phone numbers one by one, so "
        "the blind indexes change too.",
    ),
)
_NEW_HOUSE = StolenStep(
    HOUSE,
    Both(
        "更换本站自用词的密钥：否则可以伪造链接与凭证；旧词在其有效期内仍可识别。",
        "The key of the house's own words: with it, links and passes can be made up. Words given out "
        "before are known for as long as they live.",
    ),
)
_NEW_PASSWORDS = StolenStep(
    PASSWORD,
    Both(
        "更换密码摘要的胡椒：加上摘要就能离线猜密码，所以重新包裹所有摘要。",
        "The pepper of the password digests: with it and the digests passwords can be guessed "
        "offline, so every digest is wrapped anew.",
    ),
)
_NEW_SESSIONS = StolenStep(
    SESSION,
    Both(
        "更换会话摘要的密钥：登录凭证逐次换到新密钥，没有人会被强制退出。",
        "The key of the session digests: tokens come under the new one as they are used, and nobody "
        "is signed out.",
    ),
)
_NEW_SIGNING = StolenStep(
    SIGNING,
    Both(
        "更换签名公告的密钥：新密钥由旧密钥在公开历史中指名，并注明自何时起旧密钥不再可信。",
        "The key that signs notices: the old one names the new one in the public history, with the "
        "moment from which the old one is not to be believed.",
    ),
)
# Done in minutes, and what can be made up with them is made up now.
_QUICK = (_NEW_HOUSE, _NEW_SESSIONS, _NEW_SIGNING)
_COPIES = Both(
    "失窃前已被复制的旧密文（备份、转储）仍可被同时持有旧密钥与副本的人打开；只能等它们过期或被销毁，并应按泄露处理。",
    "Old ciphertext that was copied before (back-ups, dumps) still opens for whoever has both the copy "
    "and the old key. It ends only when the copies expire or are destroyed, and counts as a breach.",
)

STOLEN: dict[str, Stolen] = {
    "kek_file": Stolen(
        Both("密钥文件（密钥加密密钥）", "The key file (key-encryption keys)"),
        (_NEW_KEK, *_QUICK, _NEW_INDEX, _SEAL_LATER, _NEW_PASSWORDS),
        _COPIES,
    ),
    "dump_and_key": Stolen(
        Both(
            "数据库副本连同密钥，或数据密钥", "A copy of the database with its keys, or data keys"
        ),
        (_NEW_KEK, *_QUICK, _SEAL_ANEW, _NEW_INDEX, _NEW_PASSWORDS),
        Both(
            "副本里的内容已经泄露，任何升级都无法收回：请立即建立泄露案件并告知受影响的人。升级保护的是此后的数据。",
            "What was in the copy is out, and no upgrade takes it back: open a breach case now and tell "
            "the people affected. The upgrade protects what comes after.",
        ),
    ),
    "worker_memory": Stolen(
        Both(
            "服务进程的内存（内存转储、调试器、被入侵的主机）",
            "The memory of a process of ours (a core dump, a debugger, a host that was broken into)",
        ),
        (_NEW_KEK, *_QUICK, _SEAL_ANEW, _NEW_INDEX, _NEW_PASSWORDS),
        Both(
            "内存里有当时在用的一切密钥，以及正在处理的少量明文：这些明文收不回来。先把入侵者赶出主机，再开始升级，否则新密钥也会被看到。",
            "Memory holds every key that was in use, and what little was in clear just then; that is out. "
            "First get the intruder off the host: else the new keys are seen as well.",
        ),
    ),
    "key_service": Stolen(
        Both("密钥服务的访问令牌", "The token of the key service"),
        (_NEW_KEK, *_QUICK, _NEW_INDEX, _SEAL_LATER, _NEW_PASSWORDS),
        Both(
            "先在密钥服务里吊销该令牌。令牌有效期间，持有旧副本的人可以请密钥服务解开其中的数据密钥：密钥服务自己的日志会写明解过哪些。",
            "Revoke it in the key service first. While it was good, whoever had an old copy could have "
            "the service unwrap the data keys in it: the service's own log says which were.",
        ),
    ),
    "backup": Stolen(
        Both("备份或数据库转储，不含密钥", "A back-up or a dump, without keys"),
        (_NEW_KEK, _SEAL_LATER, _NEW_INDEX),
        Both(
            "没有密钥，里面密封的内容打不开；未密封的（消息、房间、时间）可以直接读到。只要旧密钥日后泄露，这份副本就能打开：所以要销毁旧密钥。",
            "Without keys nothing sealed in it opens; what is not sealed (messages, rooms, times) is plain "
            "to read. Should an old key come out later, the copy opens: that is why the old ones go.",
        ),
    ),
    "index_key": Stolen(
        Both("盲索引密钥", "The key of the blind indexes"),
        (_NEW_INDEX,),
        Both(
            "同时持有旧索引副本的人可以验证某个手机号是否注册过；读不出任何其他内容。",
            "Whoever also has a copy of the old indexes can test whether a number is registered, and "
            "can read nothing else.",
        ),
    ),
    "session_key": Stolen(
        Both("会话摘要的密钥", "The key of the session digests"),
        (_NEW_SESSIONS,),
        Both(
            "会话凭证是随机的：只有摘要和密钥并不能登录；若凭证本身失窃，请让这些会话退出。",
            "Tokens are random, so digests and their key do not sign anybody in. If tokens themselves "
            "were stolen, end those sessions.",
        ),
    ),
    "pepper": Stolen(
        Both("密码摘要的胡椒", "The pepper of the password digests"),
        (_NEW_PASSWORDS,),
        Both(
            "若摘要也已失窃，弱密码仍可被离线猜出：请建议这些人更换密码。",
            "If the digests were stolen too, weak passwords can still be guessed offline: ask those "
            "people to choose new ones.",
        ),
    ),
    "signing_key": Stolen(
        Both("签名公告的密钥", "The key that signs notices"),
        (_NEW_SIGNING,),
        Both(
            "失窃期间以旧密钥签署的文件不能仅凭签名采信，请与公开历史核对。",
            "What was signed with the old key while it was out is not to be believed for its signature "
            "alone: compare it with the public history.",
        ),
    ),
}


def order(stolen: str) -> tuple[StolenStep, ...]:
    """Return what to do in order after a theft. ``KeyError`` when nobody knows of such a thing."""
    return STOLEN[stolen].steps
