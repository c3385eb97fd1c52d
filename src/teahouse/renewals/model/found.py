"""What a finding is, by its code, in both languages. Pure."""

from teahouse.gate.model.policies import Both

FOUND: dict[str, Both] = {
    "broken": Both("无法打开的值", "values that do not open"),
    "old": Both("仍在旧密钥之下", "still under an old key"),
    "unindexed": Both("不在新索引中", "not in the new index"),
    "undeclared": Both("未声明的个人信息", "personal data that nobody declared"),
    "quarantined": Both("已搁置", "set aside"),
    "held": Both("仍有内容要靠旧密钥", "something still needs the old key"),
    "astray": Both(
        "属于该地区、但尚未换到其密钥之下", "of this region, and not yet under its own key"
    ),
    "legacy": Both("还没有包裹的旧密码摘要", "legacy digests of passwords that are not wrapped"),
    "lacking": Both("有进程缺少密钥", "a worker lacks a key"),
    "not_a_replica": Both("配置为副本，但并不是副本", "named as a replica, and is none"),
    "replica_away": Both("副本没有应答", "a replica does not answer"),
    "another_run": Both("另有升级在进行", "another upgrade is under way"),
    "own_keys": Both(
        "该地区有自己的密钥，由该地区的升级更换",
        "this region has keys of its own: they are changed by an upgrade of that region",
    ),
    "kept_backups": Both(
        "仍要靠旧密钥打开的备份：销毁密钥之前，请先销毁备份并用 teahouse backup --destroyed 记下",
        "back-ups that need the old key: destroy them, and say so by teahouse backup --destroyed, "
        "before the key is destroyed",
    ),
    "lost_backups": Both(
        "两人决定随旧密钥一并放弃的备份", "back-ups that two persons let go with the old key"
    ),
}


def found(code: str) -> Both:
    """Return what a finding is; what an older release has left is told as it is."""
    return FOUND.get(code, Both(code, code))
