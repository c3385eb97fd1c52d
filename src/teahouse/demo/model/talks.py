"""What the town's people say to each other. How it is written: ``script``."""

FAMILY = """
-6 19:02 wang 晓雨，这周末回来吗？外婆一直在念你。
-6 19:20 lin 回！周六中午到，想吃糖醋排骨。
-6 19:24 zhou #ribs 排骨早就定好了，老李家的，肥瘦正好。
+ ❤️ lin wang
-6 19:31 guo 我去车站接你，几点的车？
-6 19:33 lin 10:48 到，不用接，我坐公交过来就行。
-6 19:35 guo 顺路的事，不麻烦。
-4 12:11 zhou [picture noodles] 今天中午自己擀的面，给你们看看
+ 👍 lin guo
-4 12:19 lin >ribs 外婆您一发照片我就饿了😂
-4 12:30 wang 您少放点盐，医生上次怎么说的。
-4 12:34 zhou 知道知道，就一小勺。
-2 08:40 guo 阳台那盆茉莉开了。
-2 08:41 guo [picture jasmine]
+ ❤️ zhou wang lin
-2 21:15 lin [voice guqin] 新学的一小段，弹得不好别笑我
-2 21:30 zhou 好听！再弹一遍。
-1 18:05 wang 明天降温，都加件外套。
-1 18:22 lin 收到，您和爸也多穿点。
= lin zhou guo
0 01:40 zhou 晓雨，回来的时候带一斤桂花糕，要南门那家的
0 01:12 wang 别听外婆的，她血糖高，买半斤。
0 00:35 zhou 半斤也行😄
"""

TEA = """
-7 20:01 xu 欢迎！这里是每周六的茶会。第一次来的朋友，带一只自己的杯子就好。
-7 20:03 xu Welcome. Saturdays at three, by the stone lions. Bring a cup of your own.
-7 20:15 ada Thank you for having me. I have one mug, and it says "World's Okayest Cyclist". Will it do?
+ 😂 lin mei jonas
-7 20:16 xu 完全可以，茶不挑杯子。
-7 20:17 mei (She says tea does not judge cups.)
-5 09:30 chen #shu 这周我带一饼 2012 年的熟普，存得不错。
-5 09:41 jonas >shu How should I imagine the taste? I have only had green tea so far.
-5 09:50 chen 像雨后的木头，还有一点点枣香。
-5 09:52 mei Like wood after rain, and a little date. He is right, and it sounds better in Chinese.
-5 09:53 jonas I am bringing two friends.
+ 👍 xu chen
-3 15:20 lin [picture tealeaves] 今年的明前，刚到的
-3 15:24 ada Is that what it looks like before it gets into the bag?
-3 15:26 lin 哈哈，这个我们不装袋。
-3 15:28 xu 小心，Ada，我们会把你教坏的。
+ 🍵 ada jonas
-1 16:48 ada [picture cup] Today's table. Thank you, all of you. I walked home slowly on purpose.
+ ❤️ xu lin mei chen
-1 16:59 xu 慢慢走是对的。
-1 17:05 jonas I wrote down the word: 回甘. The sweetness that comes back later.
= ada lin mei
0 02:10 chen 下周想试试冷泡，天要热了。
0 02:02 mei Cold brew next week, says Chen. I will make the ice.
0 00:48 xu 那就这么定了，老地方，三点。
"""

STREET = """
-6 08:12 zhao 早上好。集市群开张，谁家有什么、缺什么，在这里说一声。
-6 08:13 zhao Good morning. Say here what you have and what you look for. Please keep prices honest.
-6 08:40 tom Sourdough from Thursday on, number 8. I keep two loaves back for neighbours.
-6 08:55 priya #crates Looking for wooden crates, about knee high. Old ones are fine.
-6 09:10 sam >crates I have four behind the workshop. Yours for a jar of that lime pickle.
-6 09:12 priya Deal.
+ 🎉 zhao tom
-5 17:30 lin 有人看到一串钥匙吗？红绳子，挂着一只小铃铛。应该掉在南门附近。
-5 17:33 mei Lost keys: red string, a little bell. Somewhere near the south gate.
-5 18:02 tom #keys Somebody left them at the bakery! I hung them by the door.
-5 18:03 lin >keys 太好了，谢谢！我马上来拿，顺便买面包😊
+ 👍 zhao mei
-3 07:50 tom [picture bread] Thursday is here.
-3 08:20 ada Two please. I am on my way, do not believe anyone who says I overslept.
-2 11:00 zhao 提醒：周日集市到下午两点，河边那段路要封。
-2 11:01 zhao On Sunday the market ends at two; the road by the river will be closed.
-2 11:30 sam Then I set up on the other side of the bridge. Same planks, better view.
-1 19:45 priya [picture crates] The crates have a new life. Thank you, Sam.
+ ❤️ sam tom ada
= ada lin
0 03:30 mei 谁有多余的晾衣绳？明天想晒被子。
0 03:05 sam Ten metres, blue. I can drop it off before lunch.
0 00:20 tom Rain from four o'clock, says my knee. Bring the duvets in at three.
"""

BRIDGE = """
-6 10:00 ada Let us make a small guide of the street, in both languages, eight pages.
-6 10:05 lin 中文我来写初稿，英文你们来，最后一起对一遍。
-6 10:07 ada Agreed. Lin writes Chinese first, we write English, then we read them side by side.
-6 10:30 jonas I can draw the map.
+ 👍 ada lin priya
-5 14:10 chen #steam 「烟火气」怎么翻？写了三遍都不对。
-5 14:22 priya >steam Literally smoke and fire? What does it feel like?
-5 14:25 lin 就是傍晚楼下炒菜的味道，有人喊你回家吃饭的那种感觉。
-5 14:31 ada "The smell of other people's dinners". Keep it long, it is worth the words.
+ ❤️ lin chen
-4 09:15 jonas [picture map] First map. The river is not that straight in real life.
-4 09:40 chen 石狮子画得像两只猫。
-4 09:41 jonas They are cats now.
+ 😂 ada lin priya chen
-2 16:00 priya Pages 3 and 4 are done. Somebody please check that I call the lane Wutong Lane everywhere.
-2 16:45 lin 检查过了，有一处写成了 Wu Tong，我改了。
-1 10:10 ada Printing costs less on thicker paper than I thought. Friday?
-1 10:12 lin 周五可以。
= lin priya
0 02:40 chen 最后一页想放一句话：「来都来了，坐一会儿。」
0 02:31 ada "You are here already. Sit down for a while." That is the whole guide, really.
0 00:55 priya Sending the last corrections tonight.
"""

LANE = """
-5 07:30 guo 各位邻居，明早九点到十一点检修水管，请提前存点水。
-5 07:32 tom Water off tomorrow from nine to eleven. Fill a kettle, as they say in no language but mine.
+ 👍 wang sam lin
-4 09:02 sam It is off. Right on time. I am impressed.
-4 10:40 guo 提前修好了，可以用了。
-4 10:41 sam Back again, twenty minutes early.
-3 18:10 wang 楼下的猫又生了，三只，两黄一花。
-3 18:11 wang [picture cats]
+ ❤️ lin tom sam zhao
-3 18:30 tom The ginger one looks at me as if I owed it rent.
-2 20:05 zhao #lamp 22 号门口的路灯不亮了，已经报修，编号在公告栏。
-2 20:20 lin >lamp 谢谢！昨晚差点踩空。
-1 12:00 guo 路灯修好了。
= lin wang
0 04:20 sam Whoever waters the plants by number 30: thank you. They have never looked better.
0 03:50 wang 是我妈，她每天早上六点就去。
0 01:30 sam Then please tell your mother that the roses send their regards.
"""

NOTES = """
-6 09:00 notes 【演示】春山小报开张：集市时间、茶会安排、路段通知，都会发在这里。
-6 09:01 notes [For demonstration] Market hours, tea on Saturdays, closed roads: you will read it here.
+ 👍 lin ada tom
-4 09:00 notes [picture lake] 本周：湖边步道重新开放，南门花市延长到周日。
-4 09:01 notes This week: the lake path is open again; flowers at the south gate until Sunday.
-2 09:00 notes 周日河边路段封闭至下午两点，请绕行石桥。
-2 09:01 notes On Sunday the river road is closed until two. Please use the stone bridge.
= lin ada
0 02:50 notes 双语街区手册即将付印，感谢「桥」小组的各位。
0 02:49 notes The bilingual street guide goes to print. Thank you, Bridge.
+ 🎉 ada xu
"""

LIN_XU = """
-3 21:02 lin 明天的明前我带过来，你先别告诉大家。
-3 21:05 xu 放心，我嘴最严了。
-3 21:06 lin 上次你也是这么说的。
-3 21:07 xu 上次那是个意外😂
-1 22:10 xu 今天你弹的那段我录下来了
-1 22:11 xu [voice guqin2]
-1 22:15 lin 啊啊啊快删掉！
+ 😂 xu
= xu lin
0 00:42 xu 对了，周六你能早来半小时吗？帮我烧水。
0 00:40 xu 有奖励，桂花糕一块。
"""

ADA_LIN = """
-4 20:00 ada Hello Lin. Is it fine to write to you in English?
-4 20:04 lin Of course. And I may answer in Chinese? 你读得懂的。
-4 20:05 ada 我 试试。
-4 20:06 lin 很好！
+ ❤️ ada
-2 17:40 ada What is the difference between 安静 and 清净? The dictionary gives me "quiet" twice.
-2 17:52 lin 安静是没有声音；清净是有声音也不烦你。
-2 17:55 ada That explains the tea table.
= lin ada
0 05:10 lin 周五印手册，我们一起去取？
0 05:00 ada Yes! After work, at six?
0 01:02 lin 好，六点，石桥见。
"""

SAM_ADA = """
-2 13:20 sam Your bicycle is ready. The chain had seen things.
-2 13:24 ada You are a saint. What do I owe you?
-2 13:25 sam One loaf from Tom, and no more riding through the river.
+ 😂 ada
-1 08:15 ada Loaf delivered. I make no promise about the river.
= sam ada
0 03:40 sam Found your bell, too. It was in the basket all along.
"""

WALK = """
-2 19:00 chen 周日早上想去后山走走，三个小时，不赶路。
-2 19:10 jonas A walk of three hours, slowly: I am in. Do we bring tea?
-2 19:12 xu 保温壶我带。
-1 07:30 chen [picture hill] 刚去探了路，花开了一半。
"""
