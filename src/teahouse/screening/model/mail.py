"""Mail services: those that a great part of people use, and those whose boxes are thrown away.

Both lists are short and our own; operators add theirs. Common hosts say nothing about anybody;
throw-away ones are open to whoever asks, and every bulk tool knows them.
"""

import re

_TEXT = re.compile(r"\S+")
COMMON = frozenset(
    _TEXT.findall(
        """
    gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com yahoo.co.uk
    yahoo.co.jp ymail.com icloud.com me.com mac.com aol.com gmx.de gmx.net gmx.com web.de
    t-online.de orange.fr wanadoo.fr free.fr laposte.net libero.it mail.ru yandex.ru
    yandex.com bk.ru list.ru proton.me protonmail.com pm.me fastmail.com zoho.com hey.com
    mail.com comcast.net naver.com daum.net hanmail.net qq.com foxmail.com 163.com 126.com
    yeah.net sina.com sina.cn sohu.com 139.com 189.cn aliyun.com wo.cn 21cn.com tom.com
    vip.qq.com btinternet.com sky.com uol.com.br bol.com.br terra.com.br rediffmail.com
    seznam.cz wp.pl o2.pl onet.pl interia.pl
    """
    )
)
DISPOSABLE = frozenset(
    _TEXT.findall(
        """
    mailinator.com guerrillamail.com guerrillamail.net guerrillamail.org guerrillamail.biz
    sharklasers.com grr.la 10minutemail.com 10minutemail.net 20minutemail.com temp-mail.org
    tempmail.com tempmail.net tempmailo.com tempr.email throwawaymail.com yopmail.com
    yopmail.fr yopmail.net trashmail.com trashmail.de trashmail.net wegwerfmail.de
    getnada.com nada.email dispostable.com maildrop.cc mailnesia.com mailcatch.com
    mintemail.com moakt.com mohmal.com emailondeck.com fakeinbox.com fakemail.net
    spamgourmet.com mytemp.email burnermail.io 33mail.com discard.email discardmail.com
    einrot.com spam4.me inboxkitten.com mailsac.com tmpmail.org tmpmail.net
    linshiyouxiang.net bccto.me chacuo.net 027168.com
    """
    )
)


def mail_kind(host: str) -> str:
    """Return common, disposable or other."""
    parts = host.split(".")
    parents = {".".join(parts[at:]) for at in range(len(parts) - 1)}
    if parents & DISPOSABLE:
        return "disposable"
    return "common" if host in COMMON else "other"
