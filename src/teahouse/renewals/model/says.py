"""What a run says it does or waits for: by its code, in both languages. Pure."""

from typing import NamedTuple
from urllib.parse import parse_qsl

from teahouse.gate.model.policies import Both

SAYS: dict[str, Both] = {
    "workers": Both("等待进程：{names}", "waits for workers: {names}"),
    "rests": Both("密钥静置至 {until}", "the key rests until {until}"),
    "in_use": Both("仍有 {held} 处在使用", "still in use: {held}"),
    "refused": Both("尚不能继续：{code}", "cannot go on yet: {code}"),
    "regions": Both("正在登记每个账号属于哪个地区", "notes of which region everybody is"),
    "notes": Both("记下现有内容，以便事后比对", "notes what there is, to compare it afterwards"),
    "anew": Both("正在把一切换成新的", "makes everything anew"),
    "opens": Both(
        "逐一打开核对，并查找未申报的内容",
        "opens everything, and looks for what nobody has declared",
    ),
    "again": Both("正在重新核对", "is looked at anew"),
    "stopped": Both("已停下：有 {count} 项发现需要查看", "stopped: {count} findings to look at"),
    "empties_old": Both("正在清除属于旧密钥的内容", "empties what belongs to the old keys"),
    "empties_new": Both(
        "正在清除属于新索引密钥的内容", "empties what belongs to the new index key"
    ),
    "destroys": Both("正在销毁旧的数据密钥", "destroys old data keys"),
    "old_left": Both("还有 {count} 把旧数据密钥", "{count} old data keys to go"),
    "unseen": Both(
        "等待有人查看合并报告：{count} 对是新的",
        "waits for somebody to look at the merge report: {count} are new",
    ),
    "stretches": Both("还有 {count} 段", "{count} stretches to go"),
    "indexes": Both("还有 {count} 条索引待清除", "{count} indexes to empty"),
    "transactions": Both(
        "等待 {count} 个先前的事务结束", "waits for {count} transactions from before to end"
    ),
    "paused": Both("已暂停", "paused"),
    "verified": Both(
        "已核验；等待两个人停用旧密钥", "verified; waits for two persons to retire the old keys"
    ),
    "old_rest": Both("旧密钥静置至 {until}", "the old keys rest until {until}"),
    "rested": Both("等待两个人销毁旧密钥", "waits for two persons to destroy the old keys"),
}


class Said(NamedTuple):
    """What is said: of which class of data, by its code, and what fills its blanks."""

    of: str
    code: str
    told: dict[str, str]

    def words(self) -> Both:
        """Return it in words; what an older release has left is told as it is."""
        text = SAYS.get(self.code, Both(self.code, self.code))
        zh, en = (one.format(**self.told) for one in (text.zh, text.en))
        return Both(f"{self.of}：{zh}", f"{self.of}: {en}") if self.of else Both(zh, en)


def read(kept: str) -> Said:
    """Return what was kept of what a run says."""
    head, _, told = kept.partition("?")
    of, _, code = head.rpartition(":")
    if code not in SAYS:
        return Said("", kept.replace("{", "(").replace("}", ")"), {})
    return Said(of, code, dict(parse_qsl(told, keep_blank_values=True)))
