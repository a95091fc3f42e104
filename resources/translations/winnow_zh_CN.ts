<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>ChartView</name>
    <message>
        <source>cannot write the chart to %1: %2</source>
        <translation>无法将图表写入 %1：%2</translation>
    </message>
</context>
<context>
    <name>FindingText</name>
    <message>
        <source>The picture is not there</source>
        <translation>图片不存在</translation>
    </message>
    <message>
        <source>A pair without its picture is skipped in training and has no score that looks at pictures.</source>
        <translation>缺图片的样本在训练时会跳过，也没有任何看图片的分数。</translation>
    </message>
    <message>
        <source>The picture cannot be read</source>
        <translation>图片无法读取</translation>
    </message>
    <message>
        <source>A damaged or cut-off picture is skipped in training, or teaches grey where the decoder fills in.</source>
        <translation>损坏或不完整的图片在训练时会跳过；若解码器用灰色补全，模型学到的就是那片灰色。</translation>
    </message>
    <message>
        <source>The picture is too large</source>
        <translation>图片过大</translation>
    </message>
    <message>
        <source>It is refused before it is decoded, so the pair is skipped; a smaller copy would do.</source>
        <translation>图片在解码前即被拒绝，因此样本会跳过；换成较小的副本即可。</translation>
    </message>
    <message>
        <source>An answer is empty</source>
        <translation>有回答为空</translation>
    </message>
    <message>
        <source>The model is taught to say nothing: the only token that counts is the end mark.</source>
        <translation>这会教模型什么也不说：唯一计入的词元是结束标记。</translation>
    </message>
    <message>
        <source>The turns are out of order</source>
        <translation>对话轮次错乱</translation>
    </message>
    <message>
        <source>Questions and answers must take turns, from a question to an answer; otherwise words of the user are taught as answers, or answers without a question.</source>
        <translation>问题和回答必须交替，以问题开始、以回答结束；否则用户的话会被当成回答来教，或教出没有问题的回答。</translation>
    </message>
    <message>
        <source>&lt;image&gt; marks and pictures do not match</source>
        <translation>&lt;image&gt; 标记与图片不符</translation>
    </message>
    <message>
        <source>The text speaks of more or fewer pictures than the pair has, so what is said does not belong to what is seen; other trainers stop at such a row.</source>
        <translation>文本提到的图片数多于或少于样本的图片数，因此所说与所见对不上；其他训练程序遇到这样的行会停下。</translation>
    </message>
    <message>
        <source>The picture is in a benchmark</source>
        <translation>图片出现在基准测试中</translation>
    </message>
    <message>
        <source>A model tuned on a picture that it is tested on looks better than it is.</source>
        <translation>若微调用了测试中的图片，模型会显得比实际更好。</translation>
    </message>
    <message>
        <source>The picture looks like one of a benchmark</source>
        <translation>图片与基准测试中的某张相似</translation>
    </message>
    <message>
        <source>A near copy of a test picture may make the model look better than it is.</source>
        <translation>与测试图片近乎相同的图片可能使模型显得比实际更好。</translation>
    </message>
    <message>
        <source>The same picture again</source>
        <translation>图片重复</translation>
    </message>
    <message>
        <source>A picture that several pairs show weighs as often in a fine-tune; wanted where the questions differ.</source>
        <translation>多个样本共用的图片在微调中会按次数计入；若问题各不相同，则属正常。</translation>
    </message>
    <message>
        <source>Nearly the same picture again</source>
        <translation>图片近似重复</translation>
    </message>
    <message>
        <source>Near copies weigh like repeats and make a selection less varied than it looks.</source>
        <translation>近乎相同的副本与重复无异，使选集不如看上去那样多样。</translation>
    </message>
    <message>
        <source>The same text again</source>
        <translation>文本重复</translation>
    </message>
    <message>
        <source>The same words with different pictures teach the model to answer without looking.</source>
        <translation>不同图片配相同文字，会教模型不看图就回答。</translation>
    </message>
    <message>
        <source>Nearly the same text again</source>
        <translation>文本近似重复</translation>
    </message>
    <message>
        <source>Slightly changed copies weigh like repeats and make a selection less varied than it looks.</source>
        <translation>略有改动的副本与重复无异，使选集不如看上去那样多样。</translation>
    </message>
    <message>
        <source>More than one picture</source>
        <translation>不止一张图片</translation>
    </message>
    <message>
        <source>Fine-tuning takes one picture a pair and refuses a selection with such a pair; scores look at the first.</source>
        <translation>微调时每个样本只能有一张图片，含有此类样本的选集会被拒绝；评分只看第一张。</translation>
    </message>
    <message>
        <source>An answer is cut in training</source>
        <translation>有回答在训练时被截断</translation>
    </message>
    <message>
        <source>What is longer than the model&apos;s limit loses its end, so the model learns to stop in the middle.</source>
        <translation>超出模型长度上限的部分会被截去，因此模型会学成说到一半就停。</translation>
    </message>
    <message>
        <source>CLIP reads only the beginning</source>
        <translation>CLIP 只读取开头</translation>
    </message>
    <message>
        <source>A sentence longer than CLIP&apos;s text tower reads counts with its beginning alone in the CLIP score.</source>
        <translation>超出 CLIP 文本塔读取长度的句子，只有开头计入 CLIP 分数。</translation>
    </message>
    <message>
        <source>Broken characters</source>
        <translation>乱码字符</translation>
    </message>
    <message>
        <source>Replacement marks, control characters or wrongly decoded letters are learned like words.</source>
        <translation>替换符、控制字符或解码错误的字母会被当成文字学习。</translation>
    </message>
    <message>
        <source>Remains of HTML</source>
        <translation>HTML 残留</translation>
    </message>
    <message>
        <source>Tags and entities are learned like words and said in answers.</source>
        <translation>HTML 标记和实体会被当成文字学习，并出现在回答中。</translation>
    </message>
    <message>
        <source>There is no question</source>
        <translation>没有问题</translation>
    </message>
    <message>
        <source>One of the four alignment prompts is drawn in its place; in a set that mixes both, answers to questions that are not there are taught.</source>
        <translation>将从四个对齐提示中随机抽取一个代替；若数据集中两者混杂，教给模型的就是对不存在的问题的回答。</translation>
    </message>
    <message>
        <source>A pair without a picture</source>
        <translation>样本没有图片</translation>
    </message>
    <message>
        <source>It has no score that looks at pictures, and fine-tuning skips it.</source>
        <translation>它没有任何看图片的分数，微调也会跳过它。</translation>
    </message>
    <message>
        <source>A very short answer</source>
        <translation>回答很短</translation>
    </message>
    <message>
        <source>Many answers of a word or two teach the model to be curt.</source>
        <translation>大量只有一两个词的回答会教模型惜字如金。</translation>
    </message>
    <message>
        <source>A very long answer</source>
        <translation>回答很长</translation>
    </message>
    <message>
        <source>It is likely to be cut, and long answers tend to say what the picture does not show.</source>
        <translation>它很可能被截断，而且长回答容易说出图片中没有的内容。</translation>
    </message>
    <message>
        <source>The id was used twice</source>
        <translation>编号用了两次</translation>
    </message>
    <message>
        <source>The source gave one id to different pairs; the later ones got a number behind it, so scores by id reach the first alone.</source>
        <translation>来源中不同的样本用了同一编号；靠后的样本已在编号后加上数字，因此按编号导入的分数只对应第一个。</translation>
    </message>
    <message>
        <source>Problem</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>警告</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>提示</translation>
    </message>
</context>
<context>
    <name>MetricDetails</name>
    <message>
        <source>embedded</source>
        <translation>内置</translation>
    </message>
</context>
<context>
    <name>QObject</name>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>cannot write %1</source>
        <translation>无法写入 %1</translation>
    </message>
</context>
<context>
    <name>Verdict</name>
    <message>
        <source>pinned</source>
        <translation>已固定</translation>
    </message>
    <message>
        <source>banned</source>
        <translation>已禁用</translation>
    </message>
    <message>
        <source>locked in</source>
        <translation>锁定入选</translation>
    </message>
    <message>
        <source>locked out</source>
        <translation>锁定不选</translation>
    </message>
</context>
<context>
    <name>winnow::ui::Actions</name>
    <message>
        <source>Project</source>
        <translation>项目</translation>
    </message>
    <message>
        <source>Open the demo</source>
        <translation>打开演示项目</translation>
    </message>
    <message>
        <source>Makes the embedded project on first use, then opens it</source>
        <translation>首次使用时生成内置项目，然后打开</translation>
    </message>
    <message>
        <source>New project…</source>
        <translation>新建项目…</translation>
    </message>
    <message>
        <source>Makes an empty project folder</source>
        <translation>创建空的项目文件夹</translation>
    </message>
    <message>
        <source>Open a project…</source>
        <translation>打开项目…</translation>
    </message>
    <message>
        <source>Opens a project folder</source>
        <translation>打开项目文件夹</translation>
    </message>
    <message>
        <source>Import a dataset…</source>
        <translation>导入数据集…</translation>
    </message>
    <message>
        <source>Adds the pairs of a dataset to the project, or to a new one</source>
        <translation>把数据集中的样本加入当前项目或新项目</translation>
    </message>
    <message>
        <source>Export a selection…</source>
        <translation>导出选集…</translation>
    </message>
    <message>
        <source>Writes chosen pairs in a training format</source>
        <translation>以训练格式写出选中的样本</translation>
    </message>
    <message>
        <source>Close the project</source>
        <translation>关闭项目</translation>
    </message>
    <message>
        <source>Goes back to the start page</source>
        <translation>返回开始页</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Stops running jobs, which go on where they were when started again, and quits</source>
        <translation>停止正在运行的任务（再次启动时从原处继续）并退出</translation>
    </message>
    <message>
        <source>Modes</source>
        <translation>模式</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>Look at the pairs, filter and sort them</source>
        <translation>查看、筛选和排序样本</translation>
    </message>
    <message>
        <source>Select</source>
        <translation>选择</translation>
    </message>
    <message>
        <source>Weigh the metrics and choose a few pairs</source>
        <translation>给指标加权，挑出少量样本</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Fine-tune on a selection in the background</source>
        <translation>在后台用选集微调</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>See which run is better, and how sure that is</source>
        <translation>看哪次训练更好，以及有多大把握</translation>
    </message>
    <message>
        <source>View</source>
        <translation>视图</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>筛选</translation>
    </message>
    <message>
        <source>Goes to the filter bar</source>
        <translation>转到筛选栏</translation>
    </message>
    <message>
        <source>Command palette</source>
        <translation>命令面板</translation>
    </message>
    <message>
        <source>Finds a command by its name</source>
        <translation>按名称查找命令</translation>
    </message>
    <message>
        <source>Grid</source>
        <translation>网格</translation>
    </message>
    <message>
        <source>Pictures side by side</source>
        <translation>并排显示图片</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>表格</translation>
    </message>
    <message>
        <source>One line a pair, with all metrics</source>
        <translation>每个样本一行，显示全部指标</translation>
    </message>
    <message>
        <source>Single</source>
        <translation>单张</translation>
    </message>
    <message>
        <source>One picture, as large as it goes</source>
        <translation>尽可能大地显示一张图片</translation>
    </message>
    <message>
        <source>Look closer</source>
        <translation>细看</translation>
    </message>
    <message>
        <source>Opens the current pair alone, and goes back</source>
        <translation>单独打开当前样本，再按返回</translation>
    </message>
    <message>
        <source>Zoom to 100 %</source>
        <translation>缩放到 100 %</translation>
    </message>
    <message>
        <source>Between fitted and true size</source>
        <translation>在适合窗口与原始大小之间切换</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Shows or hides what is running and was done</source>
        <translation>显示或隐藏正在运行和已完成的任务</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>Shows or hides the decisions made so far</source>
        <translation>显示或隐藏已作的决定</translation>
    </message>
    <message>
        <source>Light or dark as the system</source>
        <translation>跟随系统明暗</translation>
    </message>
    <message>
        <source>Follows the desktop</source>
        <translation>跟随桌面设置</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Light colours</source>
        <translation>浅色配色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Dark colours</source>
        <translation>深色配色</translation>
    </message>
    <message>
        <source>Decisions</source>
        <translation>决定</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>固定入选</translation>
    </message>
    <message>
        <source>Always in the selection</source>
        <translation>始终入选</translation>
    </message>
    <message>
        <source>Ban</source>
        <translation>禁用</translation>
    </message>
    <message>
        <source>Never in the selection</source>
        <translation>始终不入选</translation>
    </message>
    <message>
        <source>Lock</source>
        <translation>锁定</translation>
    </message>
    <message>
        <source>Keeps today&apos;s verdict, in or out, through every later selector</source>
        <translation>无论之后用什么选择器，都保持现在的去留</translation>
    </message>
    <message>
        <source>Clear and advance</source>
        <translation>清除并前进</translation>
    </message>
    <message>
        <source>Takes the decision back and goes on to the next pair</source>
        <translation>取消决定并转到下一个样本</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Takes the last decision back, also one of an earlier day</source>
        <translation>撤销上一个决定，包括以前的决定</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Makes it again</source>
        <translation>重新执行</translation>
    </message>
    <message>
        <source>No stars</source>
        <translation>无星级</translation>
    </message>
    <message>
        <source>%1 stars</source>
        <translation>%1 星</translation>
    </message>
    <message>
        <source>Rates the chosen pairs; stars choose nothing by themselves</source>
        <translation>给所选样本评级；星级本身不影响选择</translation>
    </message>
    <message>
        <source>Work</source>
        <translation>工作</translation>
    </message>
    <message>
        <source>Cluster…</source>
        <translation>聚类…</translation>
    </message>
    <message>
        <source>Groups the pairs by what they show</source>
        <translation>按内容给样本分组</translation>
    </message>
    <message>
        <source>Models…</source>
        <translation>模型…</translation>
    </message>
    <message>
        <source>The models that score, embed and are fine-tuned</source>
        <translation>用于评分、嵌入和微调的模型</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Starts what the mode is for</source>
        <translation>开始当前模式的工作</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>Shortcuts</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Every key on one sheet</source>
        <translation>一览所有按键</translation>
    </message>
    <message>
        <source>Change shortcuts…</source>
        <translation>更改快捷键…</translation>
    </message>
    <message>
        <source>Gives commands other keys</source>
        <translation>给命令换别的按键</translation>
    </message>
    <message>
        <source>About Winnow</source>
        <translation>关于 Winnow</translation>
    </message>
    <message>
        <source>Version and licence</source>
        <translation>版本与许可证</translation>
    </message>
    <message>
        <source>Not now: %1</source>
        <translation>暂不可用：%1</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>评分</translation>
    </message>
    <message>
        <source>Compute one number for each pair and metric</source>
        <translation>为每个样本的每项指标计算一个数值</translation>
    </message>
    <message>
        <source>Score the pairs</source>
        <translation>为样本评分</translation>
    </message>
    <message>
        <source>Goes to Score mode, where metrics are computed for every pair</source>
        <translation>转到“评分”模式，为每个样本计算指标</translation>
    </message>
    <message>
        <source>Compare side by side</source>
        <translation>并排对比</translation>
    </message>
    <message>
        <source>Puts the current pairs into the tray, or takes them out</source>
        <translation>把当前样本放入对比栏，或从中取出</translation>
    </message>
    <message>
        <source>Add a benchmark…</source>
        <translation>添加基准测试…</translation>
    </message>
    <message>
        <source>Yes/no questions that every run is asked</source>
        <translation>每次训练都要回答的是非题</translation>
    </message>
    <message>
        <source>Check the data…</source>
        <translation>检查数据…</translation>
    </message>
    <message>
        <source>Looks for pictures, words and turns that would spoil a fine-tune</source>
        <translation>查找会损害微调的图片、文字和对话轮次</translation>
    </message>
    <message>
        <source>Merge clusters</source>
        <translation>合并聚类</translation>
    </message>
    <message>
        <source>Makes one of the clusters chosen in the list, in a new clustering</source>
        <translation>把列表中选中的聚类合并为一个，另成一份新的聚类</translation>
    </message>
    <message>
        <source>Split cluster…</source>
        <translation>拆分聚类…</translation>
    </message>
    <message>
        <source>Groups the pairs of the chosen cluster anew, in a new clustering</source>
        <translation>对选中聚类的样本重新分组，另成一份新的聚类</translation>
    </message>
    <message>
        <source>Rename cluster…</source>
        <translation>重命名聚类…</translation>
    </message>
    <message>
        <source>Gives the chosen cluster a name</source>
        <translation>为选中的聚类命名</translation>
    </message>
    <message>
        <source>Undo change of clusters</source>
        <translation>撤销对聚类的更改</translation>
    </message>
    <message>
        <source>Takes the last name, merge or split of this clustering back</source>
        <translation>撤销对这份聚类的上一次命名、合并或拆分</translation>
    </message>
    <message>
        <source>Find by meaning…</source>
        <translation>按含义查找…</translation>
    </message>
    <message>
        <source>Sorts the pairs by how near they are to a text</source>
        <translation>按与一段文本的接近程度给样本排序</translation>
    </message>
</context>
<context>
    <name>winnow::ui::AnswerTableModel</name>
    <message>
        <source>not answered</source>
        <translation>未回答</translation>
    </message>
    <message>
        <source>right</source>
        <translation>正确</translation>
    </message>
    <message>
        <source>wrong</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Right answer</source>
        <translation>正确答案</translation>
    </message>
</context>
<context>
    <name>winnow::ui::AttachDialog</name>
    <message>
        <source>Import ready scores</source>
        <translation>导入现成分数</translation>
    </message>
    <message>
        <source>Import features</source>
        <translation>导入特征</translation>
    </message>
    <message>
        <source>Import clusters</source>
        <translation>导入聚类</translation>
    </message>
    <message>
        <source>One number for each pair, keyed by its id: JSON, JSONL, CSV or TSV.</source>
        <translation>每个样本一个数值，以样本编号为键：JSON、JSONL、CSV 或 TSV。</translation>
    </message>
    <message>
        <source>One vector for each pair, in the order of the pairs: .pt, .npy or .safetensors.</source>
        <translation>每个样本一个向量，按样本顺序排列：.pt、.npy 或 .safetensors。</translation>
    </message>
    <message>
        <source>Which pairs belong together: JSON with a list of ids for each cluster.</source>
        <translation>哪些样本属于同一类：JSON，每个聚类一个编号列表。</translation>
    </message>
    <message>
        <source>Scores (*.json *.jsonl *.csv *.tsv);;All files (*)</source>
        <translation>分数 (*.json *.jsonl *.csv *.tsv);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Vectors (*.pt *.pth *.npy *.safetensors);;All files (*)</source>
        <translation>向量 (*.pt *.pth *.npy *.safetensors);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Clusters (*.json);;All files (*)</source>
        <translation>聚类 (*.json);;所有文件 (*)</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>File…</source>
        <translation>文件…</translation>
    </message>
    <message>
        <source>Name of the space</source>
        <translation>特征空间名称</translation>
    </message>
    <message>
        <source>Name of the clustering</source>
        <translation>聚类名称</translation>
    </message>
    <message>
        <source>Fields of the file</source>
        <translation>文件中的字段</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>Keep as</source>
        <translation>保存为</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>Range</source>
        <translation>范围</translation>
    </message>
    <message>
        <source>Tick what is wanted; the name under which it is kept can be changed</source>
        <translation>勾选需要的字段；保存的名称可以更改</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>%1 至 %2</translation>
    </message>
    <message>
        <source>Import scores</source>
        <translation>导入分数</translation>
    </message>
    <message>
        <source>Reading the file…</source>
        <translation>正在读取文件…</translation>
    </message>
    <message>
        <source>Import scores of %1 pairs</source>
        <translation>导入 %1 个样本的分数</translation>
    </message>
    <message>
        <source>Replaces the column %1</source>
        <translation>将替换列 %1</translation>
    </message>
    <message>
        <source>%1 ids are not in this project and are left out</source>
        <translation>%1 个编号不在本项目中，将被略过</translation>
    </message>
    <message>
        <source>%1 bad rows are left out</source>
        <translation>略过 %1 个错误行</translation>
    </message>
    <message>
        <source>The file has %1 values without ids, the project has %2 pairs: they must be as many</source>
        <translation>文件有 %1 个不带编号的数值，项目有 %2 个样本：数量必须相同</translation>
    </message>
    <message>
        <source>None of the ids is in this project</source>
        <translation>没有一个编号在本项目中</translation>
    </message>
    <message>
        <source>Tick at least one field</source>
        <translation>请至少勾选一个字段</translation>
    </message>
    <message>
        <source>Each ticked field needs a name to be kept as</source>
        <translation>每个勾选的字段都需要一个保存名称</translation>
    </message>
    <message>
        <source>Two fields cannot be kept under the same name</source>
        <translation>两个字段不能用同一名称保存</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Choose a file</source>
        <translation>请选择文件</translation>
    </message>
    <message>
        <source>There are no pairs yet: import a dataset first</source>
        <translation>还没有样本：请先导入数据集</translation>
    </message>
    <message>
        <source>There is no file %1</source>
        <translation>文件 %1 不存在</translation>
    </message>
    <message>
        <source>It needs a name</source>
        <translation>需要一个名称</translation>
    </message>
    <message>
        <source>Replaces the clustering of this name</source>
        <translation>将替换同名聚类</translation>
    </message>
</context>
<context>
    <name>winnow::ui::BatchControls</name>
    <message>
        <source>Forecast the cost</source>
        <translation>预估成本</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Ends at the next safe point; what is done stays, started again it goes on</source>
        <translation>在下一个安全点结束；已完成的保留，再次开始会继续</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>What is done already is not done again (Ctrl+R)</source>
        <translation>已完成的不会重做 (Ctrl+R)</translation>
    </message>
    <message>
        <source>Takes a few steps and answers a few questions to tell how long it takes</source>
        <translation>先试跑几步、试答几个问题，以估计所需时间</translation>
    </message>
    <message>
        <source>default</source>
        <translation>默认</translation>
    </message>
    <message>
        <source>Corrected (recommended)</source>
        <translation>修正版（推荐）</translation>
    </message>
    <message>
        <source>As published</source>
        <translation>按发表版本</translation>
    </message>
    <message>
        <source>As the method is meant, or to the letter of the published recipe</source>
        <translation>按方法本意，或逐字按照发表的做法</translation>
    </message>
</context>
<context>
    <name>winnow::ui::BenchmarkDialog</name>
    <message>
        <source>Add a benchmark</source>
        <translation>添加基准测试</translation>
    </message>
    <message>
        <source>Yes/no questions about pictures that every run is asked: the folder of MME or of one of its subtasks, or a file of POPE, JSONL or TSV rows.</source>
        <translation>每次训练都要回答的图片是非题：MME 或其某个子任务的文件夹，或由 POPE、JSONL、TSV 行组成的文件。</translation>
    </message>
    <message>
        <source>Add benchmark</source>
        <translation>添加基准测试</translation>
    </message>
    <message>
        <source>recognised by itself</source>
        <translation>自动识别</translation>
    </message>
    <message>
        <source>MME folder</source>
        <translation>MME 文件夹</translation>
    </message>
    <message>
        <source>POPE (image, text, label)</source>
        <translation>POPE（image、text、label）</translation>
    </message>
    <message>
        <source>JSONL (image, question, answer)</source>
        <translation>JSONL（image、question、answer）</translation>
    </message>
    <message>
        <source>TSV (image, question, answer)</source>
        <translation>TSV（image、question、answer）</translation>
    </message>
    <message>
        <source>Questions</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>File…</source>
        <translation>文件…</translation>
    </message>
    <message>
        <source>Folder…</source>
        <translation>文件夹…</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Questions (*.jsonl *.json *.tsv *.txt);;All files (*)</source>
        <translation>问题 (*.jsonl *.json *.tsv *.txt);;所有文件 (*)</translation>
    </message>
    <message>
        <source>%1 questions about %2 pictures (%3).</source>
        <translation>%1 个问题，涉及 %2 张图片（%3）。</translation>
    </message>
    <message>
        <source>First: %1 – %2</source>
        <translation>第一题：%1 – %2</translation>
    </message>
    <message>
        <source>%1 rows cannot be used and are left out; the first: %2</source>
        <translation>%1 行无法使用，将略过；第一处：%2</translation>
    </message>
    <message>
        <source>Choose a file or a folder</source>
        <translation>请选择文件或文件夹</translation>
    </message>
    <message>
        <source>Reading the questions…</source>
        <translation>正在读取问题…</translation>
    </message>
    <message>
        <source>The benchmark needs a name</source>
        <translation>基准测试需要一个名称</translation>
    </message>
    <message>
        <source>Replaces the project&apos;s benchmark of that name; answers to other questions are asked anew</source>
        <translation>将替换项目中同名的基准测试；问题不同的会重新作答</translation>
    </message>
    <message>
        <source>Add benchmark %1</source>
        <translation>添加基准测试 %1</translation>
    </message>
</context>
<context>
    <name>winnow::ui::BenchmarkList</name>
    <message>
        <source>Benchmarks</source>
        <translation>基准测试</translation>
    </message>
    <message>
        <source>%1 (%2 questions)</source>
        <translation>%1（%2 个问题）</translation>
    </message>
</context>
<context>
    <name>winnow::ui::ChartView</name>
    <message>
        <source>Chart</source>
        <translation>图表</translation>
    </message>
    <message>
        <source>Export chart…</source>
        <translation>导出图表…</translation>
    </message>
    <message>
        <source>Clear range</source>
        <translation>清除范围</translation>
    </message>
    <message>
        <source>Reset zoom</source>
        <translation>重置缩放</translation>
    </message>
    <message>
        <source>Export chart</source>
        <translation>导出图表</translation>
    </message>
    <message>
        <source>Picture (*.png);;Vector picture (*.svg);;Values (*.csv)</source>
        <translation>图片 (*.png);;矢量图 (*.svg);;数值 (*.csv)</translation>
    </message>
    <message>
        <source>cannot export the chart to %1: the ending must be .png, .svg or .csv</source>
        <translation>无法将图表导出到 %1：扩展名必须是 .png、.svg 或 .csv</translation>
    </message>
    <message>
        <source>cannot write the chart to %1</source>
        <translation>无法将图表写入 %1</translation>
    </message>
</context>
<context>
    <name>winnow::ui::ClusterDialog</name>
    <message>
        <source>Cluster</source>
        <translation>聚类</translation>
    </message>
    <message>
        <source>The vectors that are grouped</source>
        <translation>用来分组的向量</translation>
    </message>
    <message>
        <source>The same seed gives the same clusters</source>
        <translation>相同的种子得到相同的聚类</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Clusters</source>
        <translation>聚类</translation>
    </message>
    <message>
        <source>Feature space</source>
        <translation>特征空间</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Cluster %1 pairs</source>
        <translation>为 %1 个样本聚类</translation>
    </message>
    <message>
        <source>The vectors are there already: no model runs</source>
        <translation>向量已存在：无需运行模型</translation>
    </message>
    <message>
        <source>Replaces the clustering of this name</source>
        <translation>将替换同名聚类</translation>
    </message>
    <message>
        <source>The vectors are computed first, with the default CLIP model</source>
        <translation>先用默认的 CLIP 模型计算向量</translation>
    </message>
    <message>
        <source>There are no pairs yet: import a dataset first</source>
        <translation>还没有样本：请先导入数据集</translation>
    </message>
    <message>
        <source>The clustering needs a name</source>
        <translation>聚类需要名称</translation>
    </message>
    <message>
        <source>There are only %1 pairs: choose fewer clusters</source>
        <translation>只有 %1 个样本：请减少聚类数</translation>
    </message>
    <message>
        <source>Cluster into %1</source>
        <translation>聚成 %1 类</translation>
    </message>
    <message>
        <source>Groups pairs that look alike, so that a selection can take some of every kind.</source>
        <translation>把相似的样本分组，使选集各类都有。</translation>
    </message>
    <message>
        <source>Corrected (recommended)</source>
        <translation>修正版（推荐）</translation>
    </message>
    <message>
        <source>As published</source>
        <translation>按发表版本</translation>
    </message>
    <message>
        <source>As the method is meant, or to the letter of the published recipe</source>
        <translation>按方法本意，或逐字按照发表的做法</translation>
    </message>
    <message>
        <source>k-means++</source>
        <translation>k-means++</translation>
    </message>
    <message>
        <source>Spectral (graph of neighbours)</source>
        <translation>谱聚类（近邻图）</translation>
    </message>
    <message>
        <source>k-means finds round groups, the spectral method also long and winding ones</source>
        <translation>k-means 找出团状的分组，谱聚类还能找出细长弯曲的分组</translation>
    </message>
    <message>
        <source>As they come</source>
        <translation>自然大小</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>均衡</translation>
    </message>
    <message>
        <source>Balanced clusters have as many pairs each as possible, at the least cost in distance</source>
        <translation>均衡的聚类样本数尽可能相同，同时使距离代价最小</translation>
    </message>
    <message>
        <source>Euclidean</source>
        <translation>欧氏距离</translation>
    </message>
    <message>
        <source>Cosine</source>
        <translation>余弦距离</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>模式</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>Neighbours</source>
        <translation>近邻数</translation>
    </message>
    <message>
        <source>Sizes</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Distance</source>
        <translation>距离</translation>
    </message>
    <message>
        <source>The published recipe sets this: %1</source>
        <translation>由发表的做法规定：%1</translation>
    </message>
    <message>
        <source>Belongs to the spectral method</source>
        <translation>仅用于谱聚类</translation>
    </message>
    <message>
        <source>Pairs that each pair is linked with in the graph, itself counted</source>
        <translation>图中与每个样本相连的样本数，含其自身</translation>
    </message>
    <message>
        <source>Every cluster gets %1 pairs, filled without regard to distance; %2 end up in none</source>
        <translation>每个聚类分得 %1 个样本，不考虑距离；有 %2 个不归入任何聚类</translation>
    </message>
    <message>
        <source>Clusters of %1 or %2 pairs</source>
        <translation>每个聚类 %1 或 %2 个样本</translation>
    </message>
    <message>
        <source>Clusters of %1 pairs</source>
        <translation>每个聚类 %1 个样本</translation>
    </message>
    <message>
        <source>There are only %1 pairs: choose fewer neighbours</source>
        <translation>只有 %1 个样本：请减少近邻数</translation>
    </message>
    <message>
        <source>Cosine looks at the direction of vectors alone, not at their length</source>
        <translation>余弦距离只看向量的方向，不看长度</translation>
    </message>
    <message>
        <source>Some thousand landmarks stand for the pairs: more than %1 are too many for the whole graph</source>
        <translation>以数千个地标点代表样本：超过 %1 个样本时，完整的图会过大</translation>
    </message>
</context>
<context>
    <name>winnow::ui::ClusterEdits</name>
    <message>
        <source>there is no clustering</source>
        <translation>还没有聚类</translation>
    </message>
    <message>
        <source>choose one cluster in the list</source>
        <translation>请在列表中选择一个聚类</translation>
    </message>
    <message>
        <source>choose two clusters or more in the list</source>
        <translation>请在列表中选择两个或更多聚类</translation>
    </message>
    <message>
        <source>the cluster has fewer than two pairs</source>
        <translation>该聚类的样本少于两个</translation>
    </message>
    <message>
        <source>nothing was changed by hand</source>
        <translation>没有手动更改过</translation>
    </message>
    <message numerus="yes">
        <source>Merge %n clusters</source>
        <translation>
            <numerusform>合并 %n 个聚类</numerusform>
        </translation>
    </message>
    <message>
        <source>Split cluster %1</source>
        <translation>拆分聚类 %1</translation>
    </message>
    <message>
        <source>Rename the cluster</source>
        <translation>重命名聚类</translation>
    </message>
    <message>
        <source>Name of cluster %1 of %2</source>
        <translation>%2 中聚类 %1 的名称</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Rename cluster %1</source>
        <translation>重命名聚类 %1</translation>
    </message>
    <message>
        <source>Undo the change of %1</source>
        <translation>撤销对 %1 的更改</translation>
    </message>
</context>
<context>
    <name>winnow::ui::ClusterListModel</name>
    <message>
        <source>Cluster</source>
        <translation>聚类</translation>
    </message>
    <message>
        <source>Pairs</source>
        <translation>样本</translation>
    </message>
    <message>
        <source>Shown</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Chosen</source>
        <translation>选中</translation>
    </message>
</context>
<context>
    <name>winnow::ui::Clusters</name>
    <message>
        <source>Clustering</source>
        <translation>聚类</translation>
    </message>
    <message>
        <source>Clusters</source>
        <translation>聚类</translation>
    </message>
    <message>
        <source>Groups of similar pairs will stand here once they are clustered.</source>
        <translation>聚类之后，相似样本的分组会显示在这里。</translation>
    </message>
    <message>
        <source>Cluster the pairs…</source>
        <translation>给样本聚类…</translation>
    </message>
    <message>
        <source>A click shows only this cluster, another one all of them; with Ctrl several are chosen, the right button merges, splits and renames</source>
        <translation>单击只显示此聚类，再次单击显示全部；按住 Ctrl 可选择多个，右键可合并、拆分和重命名</translation>
    </message>
</context>
<context>
    <name>winnow::ui::CommandPalette</name>
    <message>
        <source>Command palette</source>
        <translation>命令面板</translation>
    </message>
    <message>
        <source>Type a command</source>
        <translation>输入命令</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>命令</translation>
    </message>
</context>
<context>
    <name>winnow::ui::ComparePage</name>
    <message>
        <source>Runs to compare</source>
        <translation>要比较的训练</translation>
    </message>
    <message>
        <source>Export as HTML</source>
        <translation>导出为 HTML</translation>
    </message>
    <message>
        <source>Accuracy of each run with its interval</source>
        <translation>每次训练的准确率及区间</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Benchmark</source>
        <translation>基准</translation>
    </message>
    <message>
        <source>Accuracy, %</source>
        <translation>准确率，%</translation>
    </message>
    <message>
        <source>95 % interval</source>
        <translation>95 % 区间</translation>
    </message>
    <message>
        <source>Difference to first</source>
        <translation>与第一个之差</translation>
    </message>
    <message>
        <source>p</source>
        <translation>p</translation>
    </message>
    <message>
        <source>Loss of each run</source>
        <translation>每次训练的损失</translation>
    </message>
    <message>
        <source>step</source>
        <translation>步</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Loss curves of the checked runs</source>
        <translation>所选训练的损失曲线</translation>
    </message>
    <message>
        <source>Accuracy of the checked runs</source>
        <translation>所选训练的准确率</translation>
    </message>
    <message>
        <source>Which answers</source>
        <translation>哪些回答</translation>
    </message>
    <message>
        <source>All answers</source>
        <translation>全部回答</translation>
    </message>
    <message>
        <source>Runs differ</source>
        <translation>训练之间不同</translation>
    </message>
    <message>
        <source>Only the first is right</source>
        <translation>只有第一个正确</translation>
    </message>
    <message>
        <source>Only the second is right</source>
        <translation>只有第二个正确</translation>
    </message>
    <message>
        <source>All are wrong</source>
        <translation>全部错误</translation>
    </message>
    <message>
        <source>Answers side by side</source>
        <translation>并排的回答</translation>
    </message>
    <message>
        <source>%1 questions</source>
        <translation>%1 个问题</translation>
    </message>
    <message>
        <source>No run has been evaluated yet</source>
        <translation>还没有评估过任何训练</translation>
    </message>
    <message>
        <source>Fine-tune on a selection and on a random control, evaluate both, and they stand side by side here.</source>
        <translation>分别用选集和随机对照微调并评估，结果会并排显示在这里。</translation>
    </message>
    <message>
        <source>Go to Train</source>
        <translation>转到训练</translation>
    </message>
    <message>
        <source>Comparing …</source>
        <translation>正在比较…</translation>
    </message>
    <message>
        <source>There is nothing to export yet</source>
        <translation>还没有可导出的内容</translation>
    </message>
    <message>
        <source>Write table, differences and configurations to a file</source>
        <translation>将表格、差异和配置写入文件</translation>
    </message>
    <message>
        <source>accuracy, %</source>
        <translation>准确率，%</translation>
    </message>
    <message>
        <source>Export comparison</source>
        <translation>导出比较结果</translation>
    </message>
    <message>
        <source>Web page (*.html)</source>
        <translation>网页 (*.html)</translation>
    </message>
    <message>
        <source>Wrote %1</source>
        <translation>已写入 %1</translation>
    </message>
</context>
<context>
    <name>winnow::ui::CompareTray</name>
    <message>
        <source>Texts of the pair</source>
        <translation>样本的文本</translation>
    </message>
    <message>
        <source>Take this pair out of the tray</source>
        <translation>从对比栏取出此样本</translation>
    </message>
    <message>
        <source>no picture</source>
        <translation>无图片</translation>
    </message>
    <message>
        <source>Pairs side by side</source>
        <translation>并排的样本</translation>
    </message>
    <message>
        <source>Nothing in the tray</source>
        <translation>对比栏为空</translation>
    </message>
    <message>
        <source>The key C puts the current pairs here, side by side, and takes them out again.</source>
        <translation>按 C 键把当前样本并排放到这里，再按一次则取出。</translation>
    </message>
</context>
<context>
    <name>winnow::ui::DataPage</name>
    <message>
        <source>Sort by</source>
        <translation>排序方式</translation>
    </message>
    <message>
        <source>Order of the pairs</source>
        <translation>样本的顺序</translation>
    </message>
    <message>
        <source>Size of the pictures</source>
        <translation>图片大小</translation>
    </message>
    <message>
        <source>Size of the pictures (Ctrl+wheel)</source>
        <translation>图片大小 (Ctrl+滚轮)</translation>
    </message>
    <message>
        <source>Filtering</source>
        <translation>正在筛选</translation>
    </message>
    <message>
        <source>Sort</source>
        <translation>排序</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>The project %1 did not open</source>
        <translation>项目 %1 未能打开</translation>
    </message>
    <message>
        <source>Import order</source>
        <translation>导入顺序</translation>
    </message>
    <message>
        <source>Choose a metric to sort by first</source>
        <translation>请先选择排序所用的指标</translation>
    </message>
    <message>
        <source>Highest first; click for lowest first</source>
        <translation>从高到低；单击改为从低到高</translation>
    </message>
    <message>
        <source>Lowest first; click for highest first</source>
        <translation>从低到高；单击改为从高到低</translation>
    </message>
    <message>
        <source>Opening the project</source>
        <translation>正在打开项目</translation>
    </message>
    <message>
        <source>No project is open</source>
        <translation>没有打开的项目</translation>
    </message>
    <message>
        <source>Open or make a project to see its pairs here.</source>
        <translation>打开或新建项目后，样本会显示在这里。</translation>
    </message>
    <message>
        <source>No pairs yet</source>
        <translation>还没有样本</translation>
    </message>
    <message>
        <source>Pictures with their instructions and responses will stand here once a dataset is imported.</source>
        <translation>导入数据集后，图片及其指令和回答会显示在这里。</translation>
    </message>
    <message>
        <source>Import a dataset…</source>
        <translation>导入数据集…</translation>
    </message>
    <message>
        <source>Reading the pairs</source>
        <translation>正在读取样本</translation>
    </message>
    <message>
        <source>No pair matches</source>
        <translation>没有符合的样本</translation>
    </message>
    <message>
        <source>The filter &quot;%1&quot; leaves nothing to show.</source>
        <translation>筛选“%1”没有留下任何样本。</translation>
    </message>
    <message>
        <source>Clear the filter</source>
        <translation>清除筛选</translation>
    </message>
</context>
<context>
    <name>winnow::ui::Dialogs</name>
    <message>
        <source>Copy details</source>
        <translation>复制详情</translation>
    </message>
</context>
<context>
    <name>winnow::ui::DownloadView</name>
    <message>
        <source>there</source>
        <translation>已有</translation>
    </message>
    <message>
        <source>not yet</source>
        <translation>尚无</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>Files to fetch</source>
        <translation>要下载的文件</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>There</source>
        <translation>已有</translation>
    </message>
    <message>
        <source>Progress of all files</source>
        <translation>全部文件的进度</translation>
    </message>
    <message>
        <source>the hub names none: see its page</source>
        <translation>模型中心未注明：请查看其页面</translation>
    </message>
    <message>
        <source>Files: %1, %2 in all, %3 to fetch from %4</source>
        <translation>文件：%1 个，共 %2，需从 %4 下载 %3</translation>
    </message>
    <message>
        <source>Licence: %1</source>
        <translation>许可证：%1</translation>
    </message>
    <message>
        <source>Into %1, where %2 are free</source>
        <translation>下载到 %1，可用空间 %2</translation>
    </message>
    <message>
        <source>Good for: %1</source>
        <translation>适用于：%1</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>%1, %2 a second, about %3 left</source>
        <translation>%1，每秒 %2，约还需 %3</translation>
    </message>
</context>
<context>
    <name>winnow::ui::EmptyLook</name>
    <message>
        <source>Copy details</source>
        <translation>复制详情</translation>
    </message>
    <message>
        <source>Working</source>
        <translation>正在处理</translation>
    </message>
</context>
<context>
    <name>winnow::ui::ExperimentPage</name>
    <message>
        <source>Put the choice to the test</source>
        <translation>检验所作的选择</translation>
    </message>
    <message>
        <source>Chosen pairs against random ones, all pairs, the best by one metric and the longest, each fine-tuned under several seeds.</source>
        <translation>将选中的样本与随机样本、全部样本、单项指标最佳的样本和最长的样本对比，各以多个种子微调。</translation>
    </message>
    <message>
        <source>Run the experiment</source>
        <translation>运行实验</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>The choice against its controls</source>
        <translation>选择与对照</translation>
    </message>
    <message>
        <source>Each metric alone</source>
        <translation>逐项指标</translation>
    </message>
    <message>
        <source>Each selector</source>
        <translation>逐个选择器</translation>
    </message>
    <message>
        <source>Each clustering</source>
        <translation>逐个聚类</translation>
    </message>
    <message>
        <source>50, 100, 200, 400, 800 pairs</source>
        <translation>50、100、200、400、800 个样本</translation>
    </message>
    <message>
        <source>What is compared</source>
        <translation>比较内容</translation>
    </message>
    <message>
        <source>Chosen by</source>
        <translation>选择依据</translation>
    </message>
    <message>
        <source>Metrics and their weights by commas: clip=1, reward=0.5</source>
        <translation>指标及其权重，用逗号分隔：clip=1, reward=0.5</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Spread over the clusters of</source>
        <translation>分布到聚类</translation>
    </message>
    <message>
        <source>Budget (count or %)</source>
        <translation>预算（数量或 %）</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>Fine-tunes of every selection, each with another seed</source>
        <translation>每个选集的微调次数，各用不同的种子</translation>
    </message>
    <message>
        <source>Seeds</source>
        <translation>种子数</translation>
    </message>
    <message>
        <source>Random selections of the same size</source>
        <translation>同样大小的随机选集</translation>
    </message>
    <message>
        <source>Random draws</source>
        <translation>随机抽取次数</translation>
    </message>
    <message>
        <source>Steps of each fine-tune</source>
        <translation>每次微调的步数</translation>
    </message>
    <message>
        <source>Benchmarks</source>
        <translation>基准测试</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>nothing (best overall)</source>
        <translation>无（整体最佳）</translation>
    </message>
    <message>
        <source>weights, as below</source>
        <translation>权重，见下方</translation>
    </message>
    <message>
        <source>%1 – %2</source>
        <translation>%1 – %2</translation>
    </message>
    <message>
        <source>No pairs yet</source>
        <translation>还没有样本</translation>
    </message>
    <message>
        <source>Import a dataset; whether choosing among its pairs pays is tested here.</source>
        <translation>请导入数据集；随后在此检验从其样本中作选择是否值得。</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Nothing to choose by yet</source>
        <translation>还没有选择依据</translation>
    </message>
    <message>
        <source>Score the pairs first; then a choice by these scores is put to the test here.</source>
        <translation>请先给样本评分；随后在此检验按这些分数所作的选择。</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>评分</translation>
    </message>
    <message>
        <source>The budget is a count such as 200, or a percentage such as 6%</source>
        <translation>预算应为数量（如 200）或百分比（如 6%）</translation>
    </message>
    <message>
        <source>The weights are metrics with numbers, such as clip=1, reward=0.5</source>
        <translation>权重应为指标加数字，如 clip=1, reward=0.5</translation>
    </message>
    <message>
        <source>This comparison chooses by each in turn</source>
        <translation>此项比较会依次采用每一项</translation>
    </message>
    <message>
        <source>Go on with the experiment</source>
        <translation>继续实验</translation>
    </message>
    <message>
        <source>The experiment needs a name</source>
        <translation>实验需要名称</translation>
    </message>
    <message>
        <source>Tick at least one benchmark</source>
        <translation>请至少勾选一项基准测试</translation>
    </message>
    <message>
        <source>With fewer than three seeds or draws hardly any difference can be shown</source>
        <translation>种子或随机抽取少于三个时，几乎无法显示出任何差异</translation>
    </message>
    <message>
        <source>Forecast the cost of the experiment</source>
        <translation>预估实验成本</translation>
    </message>
    <message>
        <source>Experiment %1</source>
        <translation>实验 %1</translation>
    </message>
    <message>
        <source>Fine-tunes of the experiment</source>
        <translation>实验中的微调</translation>
    </message>
    <message>
        <source>Selection</source>
        <translation>选集</translation>
    </message>
    <message>
        <source>Draw</source>
        <translation>抽取</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Score, %</source>
        <translation>得分，%</translation>
    </message>
    <message>
        <source>Scores with intervals</source>
        <translation>得分及区间</translation>
    </message>
    <message>
        <source>95 % interval</source>
        <translation>95 % 区间</translation>
    </message>
    <message>
        <source>Fine-tunes</source>
        <translation>微调次数</translation>
    </message>
    <message>
        <source>Time of each</source>
        <translation>每次用时</translation>
    </message>
    <message>
        <source>Paired differences</source>
        <translation>配对差异</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>差异</translation>
    </message>
    <message>
        <source>Points</source>
        <translation>百分点</translation>
    </message>
    <message>
        <source>p</source>
        <translation>p</translation>
    </message>
    <message>
        <source>p, corrected</source>
        <translation>校正后的 p</translation>
    </message>
    <message>
        <source>Score of each kind of selection with its interval</source>
        <translation>各类选集的得分及区间</translation>
    </message>
    <message>
        <source>Experiment that is shown</source>
        <translation>当前显示的实验</translation>
    </message>
    <message>
        <source>Open the report</source>
        <translation>打开报告</translation>
    </message>
    <message>
        <source>Export as PDF…</source>
        <translation>导出为 PDF…</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>%1 (not finished)</source>
        <translation>%1（未完成）</translation>
    </message>
    <message>
        <source>evaluated</source>
        <translation>已评估</translation>
    </message>
    <message>
        <source>No experiment yet: choose on the left, see the cost, start.</source>
        <translation>还没有实验：在左侧设置、查看成本，然后开始。</translation>
    </message>
    <message>
        <source>%1 of %2 fine-tunes are evaluated</source>
        <translation>%2 次微调中已评估 %1 次</translation>
    </message>
    <message>
        <source>There is a report once the experiment is finished</source>
        <translation>实验完成后才有报告</translation>
    </message>
    <message>
        <source>Writes the report with all that is needed to repeat it, and opens it in the browser</source>
        <translation>写出包含全部复现信息的报告，并在浏览器中打开</translation>
    </message>
    <message>
        <source>The same report as a PDF file</source>
        <translation>同一报告的 PDF 文件</translation>
    </message>
    <message>
        <source>score</source>
        <translation>得分</translation>
    </message>
    <message>
        <source>accuracy, %</source>
        <translation>准确率，%</translation>
    </message>
    <message>
        <source>%1 minus %2</source>
        <translation>%1 减 %2</translation>
    </message>
    <message>
        <source>No browser could be started; the report is in %1</source>
        <translation>无法启动浏览器；报告位于 %1</translation>
    </message>
    <message>
        <source>Export as PDF</source>
        <translation>导出为 PDF</translation>
    </message>
    <message>
        <source>PDF (*.pdf)</source>
        <translation>PDF (*.pdf)</translation>
    </message>
    <message>
        <source>The project has no benchmark: add one in the Work menu</source>
        <translation>项目没有基准测试：请在“工作”菜单中添加</translation>
    </message>
</context>
<context>
    <name>winnow::ui::ExportDialog</name>
    <message>
        <source>Export a selection</source>
        <translation>导出选集</translation>
    </message>
    <message>
        <source>Writes the chosen pairs in a format that training programs read.</source>
        <translation>以训练程序能读的格式写出选中的样本。</translation>
    </message>
    <message>
        <source>Pairs</source>
        <translation>样本</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Write to</source>
        <translation>写到</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Metrics</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>stay where they are</source>
        <translation>保持原位</translation>
    </message>
    <message>
        <source>are copied beside the data</source>
        <translation>复制到数据旁边</translation>
    </message>
    <message>
        <source>are linked beside the data</source>
        <translation>链接到数据旁边</translation>
    </message>
    <message>
        <source>Takes no space: hard links where the disk allows them, else symbolic ones</source>
        <translation>不占空间：磁盘支持时用硬链接，否则用符号链接</translation>
    </message>
    <message>
        <source>%1 - %2 pairs</source>
        <translation>%1 - %2 个样本</translation>
    </message>
    <message>
        <source>All pairs</source>
        <translation>全部样本</translation>
    </message>
    <message>
        <source>Writes %1 pairs to %2</source>
        <translation>将 %1 个样本写入 %2</translation>
    </message>
    <message>
        <source>%1, copies of the pictures to %2</source>
        <translation>%1，并把图片复制到%2</translation>
    </message>
    <message>
        <source>%1, links to the pictures to %2</source>
        <translation>%1，并把图片链接放到%2</translation>
    </message>
    <message>
        <source>%1; picture paths are written as the pairs have them</source>
        <translation>%1；图片路径按样本中的原样写出</translation>
    </message>
    <message>
        <source>Export 1 pair</source>
        <translation>导出 1 个样本</translation>
    </message>
    <message>
        <source>Export %1 pairs</source>
        <translation>导出 %1 个样本</translation>
    </message>
    <message>
        <source>Nothing has been scored yet</source>
        <translation>还没有任何评分</translation>
    </message>
    <message>
        <source>This selection has no pairs</source>
        <translation>此选集没有样本</translation>
    </message>
    <message>
        <source>Say where to write</source>
        <translation>请指定写入位置</translation>
    </message>
    <message>
        <source>There is a file of this name, and this format is a folder</source>
        <translation>已有同名文件，而此格式需要文件夹</translation>
    </message>
    <message>
        <source>This is a folder, and this format is one file: add a name</source>
        <translation>这是文件夹，而此格式是单个文件：请加上文件名</translation>
    </message>
    <message>
        <source>Replaces the file that is there</source>
        <translation>将替换已有的文件</translation>
    </message>
    <message>
        <source>The folder is there already: files of the same names in it are replaced</source>
        <translation>文件夹已存在：其中的同名文件将被替换</translation>
    </message>
    <message>
        <source>The folder is made</source>
        <translation>将新建此文件夹</translation>
    </message>
    <message>
        <source>Export %1</source>
        <translation>导出 %1</translation>
    </message>
    <message>
        <source>Writes %1 pairs to %2 in the folder %3</source>
        <translation>将 %1 个样本写入文件夹 %3 中的 %2</translation>
    </message>
    <message>
        <source>%1, with their pictures in it</source>
        <translation>%1，图片也包含在内</translation>
    </message>
    <message>
        <source>%1/ in it</source>
        <translation>其中的 %1/</translation>
    </message>
    <message>
        <source>%1/ beside it</source>
        <translation>同目录下的 %1/</translation>
    </message>
    <message>
        <source>Only jsonl, csv, imagefolder and webdataset have room for metrics</source>
        <translation>只有 jsonl、csv、imagefolder 和 webdataset 能容纳指标</translation>
    </message>
    <message>
        <source>A web dataset holds the pictures themselves</source>
        <translation>webdataset 本身就包含图片</translation>
    </message>
</context>
<context>
    <name>winnow::ui::FeatureDialog</name>
    <message>
        <source>Compute features</source>
        <translation>计算特征</translation>
    </message>
    <message>
        <source>One vector for each pair. Clusters, selectors and neighbours are found in it. What is there already is not computed again.</source>
        <translation>每个样本一个向量，聚类、选择器和近邻都以它为基础。已有的不会重新计算。</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Also keeps the first principal components, fitted once over all pairs; selectors use 6</source>
        <translation>同时保留前几个主成分，在全部样本上拟合一次；选择器使用 6 个</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>特征空间</translation>
    </message>
    <message>
        <source>Principal components</source>
        <translation>主成分</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Reduce %1</source>
        <translation>对 %1 降维</translation>
    </message>
    <message>
        <source>Compute vectors of %1 pairs</source>
        <translation>计算 %1 个样本的向量</translation>
    </message>
    <message>
        <source>The vectors are there already: no model runs</source>
        <translation>向量已存在：无需运行模型</translation>
    </message>
    <message>
        <source>There are no pairs yet: import a dataset first</source>
        <translation>还没有样本：请先导入数据集</translation>
    </message>
    <message>
        <source>%1 is there already: choose how many principal components to keep</source>
        <translation>%1 已存在：请选择保留多少个主成分</translation>
    </message>
    <message>
        <source>There are only %1 pairs: choose fewer components</source>
        <translation>只有 %1 个样本：请选择更少的主成分</translation>
    </message>
    <message>
        <source>Vectors that are there with the same model are kept</source>
        <translation>同一模型已有的向量会保留</translation>
    </message>
    <message>
        <source>Features %1</source>
        <translation>特征 %1</translation>
    </message>
</context>
<context>
    <name>winnow::ui::FilterBar</name>
    <message>
        <source>Filter</source>
        <translation>筛选</translation>
    </message>
    <message>
        <source>Filter: clip &gt; 28 and length in 2..4 and &quot;dog&quot;</source>
        <translation>筛选：clip &gt; 28 and length in 2..4 and &quot;dog&quot;</translation>
    </message>
    <message>
        <source>Show only pairs that match (Ctrl+F)</source>
        <translation>只显示符合的样本 (Ctrl+F)</translation>
    </message>
    <message>
        <source>Clear the filter</source>
        <translation>清除筛选</translation>
    </message>
    <message>
        <source>Show all pairs</source>
        <translation>显示全部样本</translation>
    </message>
    <message>
        <source>At character %1: %2</source>
        <translation>第 %1 个字符：%2</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>移除 %1</translation>
    </message>
    <message>
        <source>Remove this term</source>
        <translation>移除此条件</translation>
    </message>
    <message>
        <source>%1 pairs</source>
        <translation>%1 个样本</translation>
    </message>
    <message>
        <source>%1 of %2 pairs</source>
        <translation>%2 个样本中的 %1 个</translation>
    </message>
</context>
<context>
    <name>winnow::ui::FormDialog</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Enter</translation>
    </message>
</context>
<context>
    <name>winnow::ui::Histograms</name>
    <message>
        <source>Histograms of the metrics</source>
        <translation>指标的直方图</translation>
    </message>
    <message>
        <source>How the metrics are spread will stand here once the pairs are scored.</source>
        <translation>评分之后，指标的分布会显示在这里。</translation>
    </message>
    <message>
        <source>Score the pairs…</source>
        <translation>给样本评分…</translation>
    </message>
    <message>
        <source>Histogram of %1</source>
        <translation>%1 的直方图</translation>
    </message>
    <message>
        <source>…</source>
        <translation>…</translation>
    </message>
    <message>
        <source>no values</source>
        <translation>没有数值</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>shown</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>chosen</source>
        <translation>选中</translation>
    </message>
</context>
<context>
    <name>winnow::ui::HistoryPanel</name>
    <message>
        <source>Pinned</source>
        <translation>已固定</translation>
    </message>
    <message>
        <source>Banned</source>
        <translation>已禁用</translation>
    </message>
    <message>
        <source>Locked</source>
        <translation>已锁定</translation>
    </message>
    <message>
        <source>Cleared</source>
        <translation>已清除</translation>
    </message>
    <message>
        <source>%1 1 pair</source>
        <translation>%1 1 个样本</translation>
    </message>
    <message>
        <source>%1 %2 pairs</source>
        <translation>%1 %2 个样本</translation>
    </message>
    <message>
        <source> (undone)</source>
        <translation>（已撤销）</translation>
    </message>
    <message>
        <source>No decisions yet</source>
        <translation>还没有决定</translation>
    </message>
    <message>
        <source>Pin, ban or rate a pair; every decision is kept here and can be undone, also after a restart.</source>
        <translation>固定、禁用或评级样本；每个决定都保存在这里，重启后也能撤销。</translation>
    </message>
    <message>
        <source>Decisions, newest first</source>
        <translation>决定，最新的在前</translation>
    </message>
</context>
<context>
    <name>winnow::ui::ImageView</name>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
</context>
<context>
    <name>winnow::ui::ImportDialog</name>
    <message>
        <source>Import a dataset</source>
        <translation>导入数据集</translation>
    </message>
    <message>
        <source>Pictures stay where they are. Bad rows are listed with their reason, the rest goes in.</source>
        <translation>图片保持原位。有问题的行会列出原因，其余照常导入。</translation>
    </message>
    <message>
        <source>recognise by itself</source>
        <translation>自动识别</translation>
    </message>
    <message>
        <source>Data file or folder</source>
        <translation>数据文件或文件夹</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Folder of the pictures</source>
        <translation>图片文件夹</translation>
    </message>
    <message>
        <source>Folder…</source>
        <translation>文件夹…</translation>
    </message>
    <message>
        <source>Problems in the first rows</source>
        <translation>前几行中的问题</translation>
    </message>
    <message>
        <source>File…</source>
        <translation>文件…</translation>
    </message>
    <message>
        <source>Id from</source>
        <translation>编号取自</translation>
    </message>
    <message>
        <source>Picture from</source>
        <translation>图片取自</translation>
    </message>
    <message>
        <source>Instruction from</source>
        <translation>指令取自</translation>
    </message>
    <message>
        <source>Response from</source>
        <translation>回答取自</translation>
    </message>
    <message>
        <source>Column of the source; empty = as recognised</source>
        <translation>来源中的列；留空 = 自动识别</translation>
    </message>
    <message>
        <source>First pairs</source>
        <translation>前几个样本</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>编号</translation>
    </message>
    <message>
        <source>Instruction</source>
        <translation>指令</translation>
    </message>
    <message>
        <source>Response</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>The data file</source>
        <translation>数据文件</translation>
    </message>
    <message>
        <source>The folder of the dataset</source>
        <translation>数据集文件夹</translation>
    </message>
    <message>
        <source>The folder of the pictures</source>
        <translation>图片文件夹</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Reading the first rows…</source>
        <translation>正在读取前几行…</translation>
    </message>
    <message>
        <source>Choose a data file or a folder</source>
        <translation>请选择数据文件或文件夹</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>None of the first rows can become a pair</source>
        <translation>前几行都不能成为样本</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>This pair has no picture</source>
        <translation>此样本没有图片</translation>
    </message>
    <message>
        <source>Import 1 pair</source>
        <translation>导入 1 个样本</translation>
    </message>
    <message>
        <source>Import %1 pairs</source>
        <translation>导入 %1 个样本</translation>
    </message>
    <message>
        <source>Import %1</source>
        <translation>导入 %1</translation>
    </message>
    <message>
        <source>Metrics from</source>
        <translation>指标取自</translation>
    </message>
    <message>
        <source>Columns of numbers; those that are ticked become metrics of the same name</source>
        <translation>数值列；勾选的列会成为同名指标</translation>
    </message>
    <message>
        <source>Datasets (*.json *.jsonl *.ndjson *.csv *.tsv *.txt *.tar);;All files (*)</source>
        <translation>数据集 (*.json *.jsonl *.ndjson *.csv *.tsv *.txt *.tar);;所有文件 (*)</translation>
    </message>
    <message>
        <source>pairs shown: %1</source>
        <translation>显示的样本：%1</translation>
    </message>
    <message>
        <source>bad rows: %1</source>
        <translation>错误行：%1</translation>
    </message>
    <message>
        <source>without their picture: %1</source>
        <translation>缺图片：%1</translation>
    </message>
    <message>
        <source>text in %1</source>
        <translation>文本编码：%1</translation>
    </message>
    <message>
        <source>would also do as %1</source>
        <translation>也可作为 %1</translation>
    </message>
</context>
<context>
    <name>winnow::ui::ImportSelectorDialog</name>
    <message>
        <source>Import a selector</source>
        <translation>导入选择器</translation>
    </message>
    <message>
        <source>A self-attention checkpoint as InstructionGPT-4 publishes it (best_model.pth). It brings no labels, so nothing is known of how well it predicts here.</source>
        <translation>InstructionGPT-4 发布的自注意力检查点（best_model.pth）。它不带标签，因此无从知道它在此预测得如何。</translation>
    </message>
    <message>
        <source>image-pca6, text-pca6, clip, 10*reward, 10*length, judge</source>
        <translation>image-pca6, text-pca6, clip, 10*reward, 10*length, judge</translation>
    </message>
    <message>
        <source>Which metrics and feature spaces go in, in the order of the checkpoint&apos;s training</source>
        <translation>输入哪些指标和特征空间，按检查点训练时的顺序</translation>
    </message>
    <message>
        <source>Heads of the attention; the file does not say</source>
        <translation>注意力头数；文件中没有记录</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>File…</source>
        <translation>文件…</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Inputs</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>Heads</source>
        <translation>头数</translation>
    </message>
    <message>
        <source>Checkpoints (*.pth *.pt *.safetensors);;All files (*)</source>
        <translation>检查点 (*.pth *.pt *.safetensors);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Import selector</source>
        <translation>导入选择器</translation>
    </message>
    <message>
        <source>Choose a file</source>
        <translation>请选择文件</translation>
    </message>
    <message>
        <source>There is no file %1</source>
        <translation>文件 %1 不存在</translation>
    </message>
    <message>
        <source>The selector needs a name</source>
        <translation>选择器需要名称</translation>
    </message>
    <message>
        <source>Import selector %1</source>
        <translation>导入选择器 %1</translation>
    </message>
</context>
<context>
    <name>winnow::ui::Inspector</name>
    <message>
        <source>Inspector</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>No pair</source>
        <translation>没有样本</translation>
    </message>
    <message>
        <source>Move to a pair to see it here with its metrics and its verdict.</source>
        <translation>移到某个样本，即可在此查看它的指标和去留。</translation>
    </message>
    <message>
        <source>Wheel zooms, Z shows it one to one, a double click opens the single view (Space)</source>
        <translation>滚轮缩放，Z 按原始大小显示，双击打开单张视图 (Space)</translation>
    </message>
    <message>
        <source>Instruction</source>
        <translation>指令</translation>
    </message>
    <message>
        <source>Response</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>固定入选</translation>
    </message>
    <message>
        <source>Ban</source>
        <translation>禁用</translation>
    </message>
    <message>
        <source>Lock</source>
        <translation>锁定</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Reason of the next decision</source>
        <translation>下一个决定的理由</translation>
    </message>
    <message>
        <source>Reason, kept with the decision</source>
        <translation>理由，随决定保存</translation>
    </message>
    <message>
        <source>no picture: text only</source>
        <translation>无图片：只有文本</translation>
    </message>
    <message>
        <source>picture not found: %1</source>
        <translation>找不到图片：%1</translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more picture(s)</source>
        <translation>
            <numerusform>%1 及另外 %n 张图片</numerusform>
        </translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>User</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation>助手</translation>
    </message>
    <message>
        <source>(none: one of four prompts is drawn in training)</source>
        <translation>（无：训练时从四个提示中随机抽取一个）</translation>
    </message>
    <message>
        <source>%1: cluster %2 %3 (%4 pairs)</source>
        <translation>%1：聚类 %2 %3（%4 个样本）</translation>
    </message>
    <message>
        <source>chosen</source>
        <translation>选中</translation>
    </message>
    <message>
        <source>chosen in %1</source>
        <translation>在 %1 中选中</translation>
    </message>
    <message>
        <source>being saved</source>
        <translation>正在保存</translation>
    </message>
    <message>
        <source>no verdict</source>
        <translation>未作决定</translation>
    </message>
    <message>
        <source>Reason: %1</source>
        <translation>理由：%1</translation>
    </message>
    <message>
        <source>Picture file</source>
        <translation>图片文件</translation>
    </message>
</context>
<context>
    <name>winnow::ui::JobPanel</name>
    <message>
        <source>waits for its turn</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>stopping at the next safe point…</source>
        <translation>正在停到下一个安全点…</translation>
    </message>
    <message>
        <source>done in %1</source>
        <translation>完成，用时 %1</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>还需 %1</translation>
    </message>
    <message>
        <source>starting…</source>
        <translation>正在启动…</translation>
    </message>
    <message>
        <source>Nothing is running</source>
        <translation>没有正在运行的任务</translation>
    </message>
    <message>
        <source>Imports, scores, fine-tunes and evaluations show their progress here.</source>
        <translation>导入、评分、微调和评估的进度显示在这里。</translation>
    </message>
    <message>
        <source>Clear the list</source>
        <translation>清空列表</translation>
    </message>
    <message>
        <source>Takes jobs that are over out of the list; what they did stays</source>
        <translation>把已结束的任务移出列表；其结果保留</translation>
    </message>
</context>
<context>
    <name>winnow::ui::JobQueue</name>
    <message>
        <source>stopped; started again it goes on where it was</source>
        <translation>已停止；再次启动时从原处继续</translation>
    </message>
</context>
<context>
    <name>winnow::ui::JobRow</name>
    <message>
        <source>Pause: holds the memory, goes on at once</source>
        <translation>暂停：保留内存，可立即继续</translation>
    </message>
    <message>
        <source>Stop: what is done stays; started again it goes on</source>
        <translation>停止：已完成的保留；再次启动时继续</translation>
    </message>
    <message>
        <source>Show the log</source>
        <translation>显示日志</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>复制详情</translation>
    </message>
    <message>
        <source>Progress of %1</source>
        <translation>%1 的进度</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
</context>
<context>
    <name>winnow::ui::JudgeDialog</name>
    <message>
        <source>Set up the judge</source>
        <translation>设置评审模型</translation>
    </message>
    <message>
        <source>A large language model rates every response from 0 to 100. Answers are kept, so no question is paid twice; the key stays out of the project.</source>
        <translation>由大语言模型为每个回答打 0 至 100 分。评审结果会保留，同一问题不会重复付费；密钥不会存入项目。</translation>
    </message>
    <message>
        <source>Who is asked</source>
        <translation>询问谁</translation>
    </message>
    <message>
        <source>What is asked</source>
        <translation>询问什么</translation>
    </message>
    <message>
        <source>Limits and prices</source>
        <translation>上限与价格</translation>
    </message>
    <message>
        <source>Save the judge</source>
        <translation>保存评审设置</translation>
    </message>
    <message>
        <source>Reading the project…</source>
        <translation>正在读取项目…</translation>
    </message>
    <message>
        <source>a server (OpenAI-compatible)</source>
        <translation>服务器（兼容 OpenAI）</translation>
    </message>
    <message>
        <source>a local model of the role judge</source>
        <translation>评审角色的本地模型</translation>
    </message>
    <message>
        <source>Base address; /chat/completions is added to it</source>
        <translation>基础地址；会自动加上 /chat/completions</translation>
    </message>
    <message>
        <source>As the server names it</source>
        <translation>服务器所用的名称</translation>
    </message>
    <message>
        <source>none needed</source>
        <translation>不需要</translation>
    </message>
    <message>
        <source>an environment variable</source>
        <translation>环境变量</translation>
    </message>
    <message>
        <source>the desktop&apos;s keychain</source>
        <translation>桌面密钥环</translation>
    </message>
    <message>
        <source>Store</source>
        <translation>存入</translation>
    </message>
    <message>
        <source>Judge</source>
        <translation>评审模型</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>服务器</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Key from</source>
        <translation>密钥来源</translation>
    </message>
    <message>
        <source>Name of the key</source>
        <translation>密钥名称</translation>
    </message>
    <message>
        <source>Key to store in the keychain</source>
        <translation>要存入密钥环的密钥</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>the texts alone, as published</source>
        <translation>仅文本，按发表版本</translation>
    </message>
    <message>
        <source>the picture too</source>
        <translation>连同图片</translation>
    </message>
    <message>
        <source>With the picture the judge can see what a response makes up</source>
        <translation>有了图片，评审模型才能看出回答编造了什么</translation>
    </message>
    <message>
        <source>Answers for each pair; with two and more their spread is kept too</source>
        <translation>每个样本的评审次数；两次及以上时还会保存其离散程度</translation>
    </message>
    <message>
        <source>left to the server</source>
        <translation>由服务器决定</translation>
    </message>
    <message>
        <source>The longer side of the picture that is sent, in pixels</source>
        <translation>所发送图片的长边，以像素计</translation>
    </message>
    <message>
        <source>Shown to the judge</source>
        <translation>给评审模型看</translation>
    </message>
    <message>
        <source>Answers for each pair</source>
        <translation>每个样本的评审次数</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>Longest answer, tokens</source>
        <translation>最长回复，词元</translation>
    </message>
    <message>
        <source>Picture side, pixels</source>
        <translation>图片边长，像素</translation>
    </message>
    <message>
        <source>no cap</source>
        <translation>无上限</translation>
    </message>
    <message>
        <source>Of the whole project, repetitions and tests included</source>
        <translation>整个项目合计，含重复和测试</translation>
    </message>
    <message>
        <source>The same in money, at the prices below</source>
        <translation>同上，按下列价格折算成金额</translation>
    </message>
    <message>
        <source>Most requests at once; fewer where the server says so</source>
        <translation>同时发出的最大请求数；服务器要求时会减少</translation>
    </message>
    <message>
        <source>Most requests</source>
        <translation>请求数上限</translation>
    </message>
    <message>
        <source>Most money</source>
        <translation>金额上限</translation>
    </message>
    <message>
        <source>Price of 1000 tokens sent</source>
        <translation>每 1000 个发送词元的价格</translation>
    </message>
    <message>
        <source>Price of 1000 tokens answered</source>
        <translation>每 1000 个回复词元的价格</translation>
    </message>
    <message>
        <source>Patience, seconds</source>
        <translation>等待时限，秒</translation>
    </message>
    <message>
        <source>Requests at once</source>
        <translation>并发请求数</translation>
    </message>
    <message>
        <source>What the judge is asked about the first pair</source>
        <translation>就第一个样本向评审模型询问的内容</translation>
    </message>
    <message>
        <source>The question about the first pair stands here.</source>
        <translation>关于第一个样本的问题会显示在这里。</translation>
    </message>
    <message>
        <source>Ask about one pair</source>
        <translation>试问一个样本</translation>
    </message>
    <message>
        <source>The judge&apos;s reply</source>
        <translation>评审模型的回复</translation>
    </message>
    <message>
        <source>The reply to a test call stands here as it came.</source>
        <translation>测试调用的回复会原样显示在这里。</translation>
    </message>
    <message>
        <source>Asked about the first pair</source>
        <translation>就第一个样本询问</translation>
    </message>
    <message>
        <source>Goes straight into the keychain and is never shown again</source>
        <translation>直接存入密钥环，不再显示</translation>
    </message>
    <message>
        <source>Only a key of the keychain is stored here</source>
        <translation>此处只存密钥环的密钥</translation>
    </message>
    <message>
        <source>Keeps the key in the keychain under its name</source>
        <translation>以该名称把密钥存入密钥环</translation>
    </message>
    <message>
        <source>Needs the keychain as source, a name and a key</source>
        <translation>需要以密钥环为来源，并填写名称和密钥</translation>
    </message>
    <message>
        <source>Name the server and the model</source>
        <translation>请填写服务器和模型</translation>
    </message>
    <message>
        <source>One call with these settings; it counts among the requests</source>
        <translation>用这些设置调用一次；计入请求数</translation>
    </message>
    <message>
        <source>Storing…</source>
        <translation>正在存入…</translation>
    </message>
    <message>
        <source>Ask the judge about one pair</source>
        <translation>就一个样本询问评审模型</translation>
    </message>
    <message>
        <source>asking…</source>
        <translation>正在询问…</translation>
    </message>
    <message>
        <source>Rated %1 in %2</source>
        <translation>评分 %1，用时 %2</translation>
    </message>
    <message>
        <source>, %1 tokens sent, %2 answered</source>
        <translation>，发送 %1 个词元，回复 %2 个</translation>
    </message>
    <message>
        <source>, cost %1</source>
        <translation>，费用 %1</translation>
    </message>
</context>
<context>
    <name>winnow::ui::LabelsPage</name>
    <message>
        <source>Measure labels</source>
        <translation>测量标签</translation>
    </message>
    <message>
        <source>Each cluster&apos;s pairs fine-tune the base model by themselves. What that model scores is the cluster&apos;s label; a selector learns from them.</source>
        <translation>用每个聚类的样本单独微调基础模型，所得模型的得分就是该聚类的标签；选择器从这些标签中学习。</translation>
    </message>
    <message>
        <source>Clusters of</source>
        <translation>聚类</translation>
    </message>
    <message>
        <source>Benchmarks</source>
        <translation>基准测试</translation>
    </message>
    <message>
        <source>Name of the labels</source>
        <translation>标签名称</translation>
    </message>
    <message>
        <source>Fine-tunes of each cluster with other seeds: their spread is the error bar</source>
        <translation>每个聚类用不同种子微调的次数：其离散程度即误差线</translation>
    </message>
    <message>
        <source>Repeats of each</source>
        <translation>每个聚类的重复次数</translation>
    </message>
    <message>
        <source>Steps of each fine-tune</source>
        <translation>每次微调的步数</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>模式</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Label of each cluster with its error bar</source>
        <translation>每个聚类的标签及误差线</translation>
    </message>
    <message>
        <source>Once measured, each cluster&apos;s label stands here with its error bar.</source>
        <translation>测量后，每个聚类的标签及误差线会显示在这里。</translation>
    </message>
    <message>
        <source>Labels of the clusters</source>
        <translation>各聚类的标签</translation>
    </message>
    <message>
        <source>Cluster</source>
        <translation>聚类</translation>
    </message>
    <message>
        <source>Pairs</source>
        <translation>样本</translation>
    </message>
    <message>
        <source>Label, %</source>
        <translation>标签，%</translation>
    </message>
    <message>
        <source>± 95 %</source>
        <translation>± 95 %</translation>
    </message>
    <message>
        <source>Repeats</source>
        <translation>各次结果</translation>
    </message>
    <message>
        <source>Label sets</source>
        <translation>标签集</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Measured</source>
        <translation>已测量</translation>
    </message>
    <message>
        <source>Train a selector…</source>
        <translation>训练选择器…</translation>
    </message>
    <message>
        <source>%1 (%2 clusters)</source>
        <translation>%1（%2 个聚类）</translation>
    </message>
    <message>
        <source>No pairs yet</source>
        <translation>还没有样本</translation>
    </message>
    <message>
        <source>Import a dataset; then what its parts are worth is measured here.</source>
        <translation>请导入数据集；随后在此测量其各部分的价值。</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>No clustering yet</source>
        <translation>还没有聚类</translation>
    </message>
    <message>
        <source>Labels are measured on the clusters of a clustering, some thirty of like size. Make one first.</source>
        <translation>标签按一次聚类的各个聚类测量，宜有三十个左右、大小相近。请先聚类。</translation>
    </message>
    <message>
        <source>Cluster…</source>
        <translation>聚类…</translation>
    </message>
    <message>
        <source>Go on measuring</source>
        <translation>继续测量</translation>
    </message>
    <message>
        <source>Measure %1 labels</source>
        <translation>测量 %1 个标签</translation>
    </message>
    <message>
        <source>Choose a clustering</source>
        <translation>请选择聚类</translation>
    </message>
    <message>
        <source>Tick at least one benchmark</source>
        <translation>请至少勾选一项基准测试</translation>
    </message>
    <message>
        <source>%1 fine-tunes, each evaluated on %2 questions</source>
        <translation>%1 次微调，每次用 %2 个问题评估</translation>
    </message>
    <message>
        <source>Forecast the cost of labels</source>
        <translation>预估标签成本</translation>
    </message>
    <message>
        <source>Measure labels %1</source>
        <translation>测量标签 %1</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>Fits a selector to these labels and says how far to trust it</source>
        <translation>用这些标签拟合选择器，并说明其可信程度</translation>
    </message>
    <message>
        <source>A selector needs at least three measured labels</source>
        <translation>选择器至少需要三个已测量的标签</translation>
    </message>
    <message>
        <source>Labels %1</source>
        <translation>标签 %1</translation>
    </message>
    <message>
        <source>None is measured yet.</source>
        <translation>尚未测量。</translation>
    </message>
    <message>
        <source>label</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>cluster</source>
        <translation>聚类</translation>
    </message>
    <message>
        <source>accuracy, %</source>
        <translation>准确率，%</translation>
    </message>
    <message>
        <source>%1 of %2 clusters measured on %3.</source>
        <translation>%2 个聚类中已测量 %1 个，所用基准测试：%3。</translation>
    </message>
    <message>
        <source> Mean %1 %, spread %2, of which about %3 is noise of measuring.</source>
        <translation> 均值 %1 %，离散程度 %2，其中约 %3 为测量噪声。</translation>
    </message>
    <message>
        <source>The project has no benchmark: add one in the Work menu</source>
        <translation>项目没有基准测试：请在“工作”菜单中添加</translation>
    </message>
    <message>
        <source>All of these labels are measured; another name measures them anew</source>
        <translation>这些标签均已测量；换个名称可重新测量</translation>
    </message>
</context>
<context>
    <name>winnow::ui::MainWindow</name>
    <message>
        <source>Back to the start page</source>
        <translation>返回开始页</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>&amp;Project</source>
        <translation>项目(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Work</source>
        <translation>工作(&amp;W)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>Opening %1…</source>
        <translation>正在打开 %1…</translation>
    </message>
    <message>
        <source>%1 could not be opened</source>
        <translation>无法打开 %1</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Open a project</source>
        <translation>打开项目</translation>
    </message>
    <message>
        <source>Make the demo project</source>
        <translation>生成演示项目</translation>
    </message>
    <message>
        <source>Where the project is kept: name a new folder</source>
        <translation>项目的位置：给新文件夹命名</translation>
    </message>
    <message>
        <source>my-project</source>
        <translation>我的项目</translation>
    </message>
    <message>
        <source>New project</source>
        <translation>新建项目</translation>
    </message>
    <message>
        <source>Open a project first</source>
        <translation>请先打开项目</translation>
    </message>
    <message>
        <source>no project is open</source>
        <translation>没有打开的项目</translation>
    </message>
    <message>
        <source>no pair is selected</source>
        <translation>没有选中样本</translation>
    </message>
    <message>
        <source>nothing to undo</source>
        <translation>没有可撤销的</translation>
    </message>
    <message>
        <source>nothing to redo</source>
        <translation>没有可重做的</translation>
    </message>
    <message>
        <source>%1 – Winnow</source>
        <translation>%1 – Winnow</translation>
    </message>
    <message>
        <source>Winnow</source>
        <translation>Winnow</translation>
    </message>
    <message>
        <source>%1 failed: %2</source>
        <translation>%1 失败：%2</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>About Winnow</source>
        <translation>关于 Winnow</translation>
    </message>
    <message>
        <source>Winnow %1
A desktop studio for curating image-instruction data.
Free software under the GPL, version 3 or later.</source>
        <translation>Winnow %1
用于精选图像指令数据的桌面工作台。
自由软件，采用 GPL 第 3 版或更高版本。</translation>
    </message>
    <message>
        <source>Stopping the running jobs; they go on where they were when started again</source>
        <translation>正在停止任务；再次启动时从原处继续</translation>
    </message>
    <message>
        <source>Side by side</source>
        <translation>并排对比</translation>
    </message>
    <message>
        <source>%1 is open in another window, which was brought to the front</source>
        <translation>%1 已在另一个窗口中打开，该窗口已置于最前</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检查</translation>
    </message>
</context>
<context>
    <name>winnow::ui::MetricBars</name>
    <message>
        <source>Metrics</source>
        <translation>指标</translation>
    </message>
</context>
<context>
    <name>winnow::ui::MetricDetails</name>
    <message>
        <source>Models…</source>
        <translation>模型…</translation>
    </message>
    <message>
        <source>Model that computes the metric</source>
        <translation>计算该指标的模型</translation>
    </message>
    <message>
        <source>The list of models: add a folder, choose the default</source>
        <translation>模型列表：添加文件夹、选择默认模型</translation>
    </message>
    <message>
        <source>How the values spread</source>
        <translation>数值分布</translation>
    </message>
    <message>
        <source>Pairs that could not be scored</source>
        <translation>无法评分的样本</translation>
    </message>
    <message>
        <source>No metric is chosen</source>
        <translation>未选择指标</translation>
    </message>
    <message>
        <source>Source: %1</source>
        <translation>来源：%1</translation>
    </message>
    <message>
        <source>no model of this role: add one</source>
        <translation>没有此类模型：请添加</translation>
    </message>
    <message>
        <source>looking…</source>
        <translation>正在查找…</translation>
    </message>
    <message>
        <source>The embedded model knows drawn scenes only: its scores of real photographs mean little</source>
        <translation>内置模型只认识绘制的场景：它对真实照片的评分意义不大</translation>
    </message>
    <message>
        <source>%1: %2 of %3 pairs</source>
        <translation>%1：%3 个样本中的 %2 个</translation>
    </message>
    <message>
        <source>, %1 missing</source>
        <translation>，缺 %1 个</translation>
    </message>
    <message>
        <source> (%1 could not be scored)</source>
        <translation>（%1 个无法评分）</translation>
    </message>
    <message>
        <source>Imported from %1</source>
        <translation>导入自 %1</translation>
    </message>
    <message>
        <source>Model: %1</source>
        <translation>模型：%1</translation>
    </message>
    <message>
        <source>SHA-256 %1…</source>
        <translation>SHA-256 %1…</translation>
    </message>
    <message>
        <source>%1 ms a pair on this machine, measured on %2 pairs</source>
        <translation>本机每个样本 %1 毫秒，由 %2 个样本测得</translation>
    </message>
    <message>
        <source>Last time it failed: %1</source>
        <translation>上次失败：%1</translation>
    </message>
    <message>
        <source>Not computed yet: tick it in the table, then start below.</source>
        <translation>尚未计算：在表中勾选，然后在下方开始。</translation>
    </message>
    <message>
        <source>This version cannot compute it; ready values can be imported.</source>
        <translation>本版本无法计算；可以导入现成数值。</translation>
    </message>
    <message>
        <source>Values of %1</source>
        <translation>%1 的数值</translation>
    </message>
    <message>
        <source>no values</source>
        <translation>没有数值</translation>
    </message>
    <message>
        <source>pairs</source>
        <translation>样本</translation>
    </message>
    <message>
        <source>lowest %1, median %2, highest %3; nine in ten from %4 to %5</source>
        <translation>最低 %1，中位数 %2，最高 %3；九成在 %4 至 %5 之间</translation>
    </message>
    <message>
        <source>%1 pairs have no %2</source>
        <translation>%1 个样本没有 %2</translation>
    </message>
    <message>
        <source>Enter or double click shows the pair</source>
        <translation>回车或双击显示该样本</translation>
    </message>
    <message>
        <source>Set up the judge…</source>
        <translation>设置评审模型…</translation>
    </message>
    <message>
        <source>Who is asked, what, how often, and what it may cost</source>
        <translation>询问谁、问什么、问几次，以及费用上限</translation>
    </message>
</context>
<context>
    <name>winnow::ui::MetricTable</name>
    <message>
        <source>Metrics</source>
        <translation>指标</translation>
    </message>
</context>
<context>
    <name>winnow::ui::MetricTableModel</name>
    <message>
        <source>embedded</source>
        <translation>内置</translation>
    </message>
    <message>
        <source>Other columns</source>
        <translation>其他列</translation>
    </message>
    <message>
        <source>As the method is meant; what is recommended. Tick a cell to compute it.</source>
        <translation>按方法本意，推荐使用。勾选单元格即可计算。</translation>
    </message>
    <message>
        <source>To the letter of the published recipe, quirks included: a column of its own beside the other.</source>
        <translation>逐字按照发表的做法，连同其怪异之处：与另一列并存的单独一列。</translation>
    </message>
    <message>
        <source>The model that made the values, or would make them</source>
        <translation>产生或将产生这些数值的模型</translation>
    </message>
    <message>
        <source>About how long the pairs without a value take on the chosen device</source>
        <translation>尚无数值的样本在所选设备上大约需要的时间</translation>
    </message>
    <message>
        <source>Metric</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>Corrected</source>
        <translation>修正版</translation>
    </message>
    <message>
        <source>As published</source>
        <translation>按发表版本</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Time needed</source>
        <translation>所需时间</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>starting…</source>
        <translation>正在开始…</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>not yet</source>
        <translation>尚无</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>There is no model of the role %1: add one under Models</source>
        <translation>没有角色为 %1 的模型：请在“模型”中添加</translation>
    </message>
    <message>
        <source>%1 of %2 pairs have a value</source>
        <translation>%2 个样本中有 %1 个有数值</translation>
    </message>
    <message>
        <source>%1 could not be scored</source>
        <translation>%1 个无法评分</translation>
    </message>
    <message>
        <source>This metric has one reading only</source>
        <translation>该指标只有一种算法</translation>
    </message>
    <message>
        <source>This version cannot compute it: import ready values</source>
        <translation>本版本无法计算：请导入现成数值</translation>
    </message>
    <message>
        <source>Space ticks it; the button below computes what is ticked</source>
        <translation>空格键勾选；下方按钮计算勾选的内容</translation>
    </message>
    <message>
        <source>imported: %1</source>
        <translation>导入：%1</translation>
    </message>
    <message>
        <source>about %1</source>
        <translation>约 %1</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>未测量</translation>
    </message>
</context>
<context>
    <name>winnow::ui::ModeComparison</name>
    <message>
        <source>Means of the metrics in both choices</source>
        <translation>两种选择结果的指标均值</translation>
    </message>
    <message>
        <source>Mean of</source>
        <translation>均值</translation>
    </message>
    <message>
        <source>Corrected</source>
        <translation>修正版</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>发表版</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>差异</translation>
    </message>
    <message>
        <source>Pairs only in the corrected choice</source>
        <translation>仅修正版选中的样本</translation>
    </message>
    <message>
        <source>Pairs only in the published choice</source>
        <translation>仅发表版选中的样本</translation>
    </message>
    <message>
        <source>Choosing by both rules…</source>
        <translation>正在按两种规则选择…</translation>
    </message>
    <message>
        <source>Corrected: %1</source>
        <translation>修正版：%1</translation>
    </message>
    <message>
        <source>As published: %1</source>
        <translation>按发表版本：%1</translation>
    </message>
    <message>
        <source>%1 pairs are in both choices (%2 of the smaller one); corrected takes %3, published %4</source>
        <translation>两种规则都选中的样本有 %1 个（占较小者的 %2）；修正版选 %3 个，发表版选 %4 个</translation>
    </message>
    <message>
        <source>There is nothing to compare yet</source>
        <translation>还没有可比较的内容</translation>
    </message>
    <message>
        <source>Only corrected: %1</source>
        <translation>仅修正版：%1</translation>
    </message>
    <message>
        <source>Only published: %1</source>
        <translation>仅发表版：%1</translation>
    </message>
    <message>
        <source>score</source>
        <translation>得分</translation>
    </message>
    <message>
        <source>%1, mean over the pairs that only one takes: corrected %2, published %3</source>
        <translation>%1，仅被一方选中的样本的均值：修正版 %2，发表版 %3</translation>
    </message>
</context>
<context>
    <name>winnow::ui::ModelDetails</name>
    <message>
        <source>Compute</source>
        <translation>计算</translation>
    </message>
    <message>
        <source>Details of the model</source>
        <translation>模型详情</translation>
    </message>
    <message>
        <source>What it is</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>Good for</source>
        <translation>适用于</translation>
    </message>
    <message>
        <source>On disk</source>
        <translation>占用磁盘</translation>
    </message>
    <message>
        <source>Reads all weights once, as a job; the hash is remembered until a file changes</source>
        <translation>以任务形式读取一遍全部权重；哈希值会记住，直到文件有变</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>From</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>%1; files of weights: %2</source>
        <translation>%1；权重文件：%2 个</translation>
    </message>
    <message>
        <source>not said in its folder</source>
        <translation>其文件夹中未注明</translation>
    </message>
    <message>
        <source>see %1</source>
        <translation>见 %1</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>made by Winnow&apos;s own “winnow demo train”</source>
        <translation>由 Winnow 自带的“winnow demo train”生成</translation>
    </message>
    <message>
        <source>a folder of your own</source>
        <translation>您自己的文件夹</translation>
    </message>
    <message>
        <source>being computed…</source>
        <translation>正在计算…</translation>
    </message>
    <message>
        <source>not computed yet</source>
        <translation>尚未计算</translation>
    </message>
</context>
<context>
    <name>winnow::ui::ModelDownloadDialog</name>
    <message>
        <source>the hub</source>
        <translation>模型中心</translation>
    </message>
    <message>
        <source>Get a model</source>
        <translation>获取模型</translation>
    </message>
    <message>
        <source>From %1 (HF_ENDPOINT names another hub, HF_TOKEN a token for it). You see what would be fetched, and under which licence, before anything is.</source>
        <translation>来自 %1（HF_ENDPOINT 可指定其他模型中心，HF_TOKEN 为其令牌）。下载之前，您会先看到将下载什么、采用何种许可证。</translation>
    </message>
    <message>
        <source>Use it for its role from now on, in place of another one added before</source>
        <translation>从现在起由它担任其角色，取代先前添加的模型</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>One of those that serve well, or any repository: OWNER/NAME</source>
        <translation>从好用的模型中选一个，或填写任意仓库：OWNER/NAME</translation>
    </message>
    <message>
        <source>Revision</source>
        <translation>修订版本</translation>
    </message>
    <message>
        <source>A branch, a tag or a commit</source>
        <translation>分支、标签或提交</translation>
    </message>
    <message>
        <source>Into</source>
        <translation>下载到</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Folder to fetch into</source>
        <translation>下载到的文件夹</translation>
    </message>
    <message>
        <source>Any repository with weights as safetensors or PyTorch archives can be looked up.</source>
        <translation>凡权重为 safetensors 或 PyTorch 存档的仓库，均可查询。</translation>
    </message>
    <message>
        <source>%1: %2. About %3 to fetch, %4 of memory; licence %5.</source>
        <translation>%1：%2。约需下载 %3，占用内存 %4；许可证 %5。</translation>
    </message>
    <message>
        <source>Note: %1.</source>
        <translation>提示：%1。</translation>
    </message>
    <message>
        <source>This one cannot be fetched in one go: the note above says where its parts are</source>
        <translation>此模型无法一次下载：上方的提示说明了其各部分的位置</translation>
    </message>
    <message>
        <source>Name a repository and a revision</source>
        <translation>请填写仓库和修订版本</translation>
    </message>
    <message>
        <source>Looking it up sends the repository&apos;s name to the hub, nothing else</source>
        <translation>查询只会把仓库名称发送给模型中心，不发送其他内容</translation>
    </message>
    <message>
        <source>Look it up</source>
        <translation>查询</translation>
    </message>
    <message>
        <source>Fetch %1</source>
        <translation>下载 %1</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>Asking the hub what is there…</source>
        <translation>正在向模型中心查询其内容…</translation>
    </message>
    <message>
        <source>There is not enough room: choose another folder, or make some</source>
        <translation>空间不足：请选择其他文件夹，或腾出空间</translation>
    </message>
    <message>
        <source>All files seem to be there: they are checked, and the model is added</source>
        <translation>所有文件似乎都已存在：将检查文件并添加模型</translation>
    </message>
    <message>
        <source>Nothing has been fetched yet</source>
        <translation>尚未下载任何内容</translation>
    </message>
    <message>
        <source>Another job uses the network: this one comes next</source>
        <translation>另一个任务正在使用网络：接下来轮到此任务</translation>
    </message>
    <message>
        <source>Paused among the jobs</source>
        <translation>已在任务列表中暂停</translation>
    </message>
    <message>
        <source>Closing this window does not stop it: it goes on among the jobs</source>
        <translation>关闭此窗口不会停止下载：它会在任务列表中继续</translation>
    </message>
    <message>
        <source>Stopped. What has come is kept: looked up and fetched again, it goes on from there</source>
        <translation>已停止。已下载的部分会保留：再次查询并下载时从该处继续</translation>
    </message>
</context>
<context>
    <name>winnow::ui::ModelsDialog</name>
    <message>
        <source>CLIP</source>
        <translation>CLIP</translation>
    </message>
    <message>
        <source>language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>vision and language</source>
        <translation>视觉语言</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>The embedded models need no download; they know drawn scenes only. Your own checkpoints stay in their folders, and nothing in them is executed.</source>
        <translation>内置模型无需下载，但只认识绘制的场景。您自己的检查点留在各自的文件夹中，其中的任何代码都不会被执行。</translation>
    </message>
    <message>
        <source>Make it the default</source>
        <translation>设为默认</translation>
    </message>
    <message>
        <source>Remove from the list</source>
        <translation>从列表移除</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Looking at the folders…</source>
        <translation>正在查看文件夹…</translation>
    </message>
    <message>
        <source>For</source>
        <translation>用途</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>默认</translation>
    </message>
    <message>
        <source>What it is</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>No model is there yet: add the folder of one</source>
        <translation>还没有模型：请添加模型文件夹</translation>
    </message>
    <message>
        <source>Choose a model in the list first</source>
        <translation>请先在列表中选择模型</translation>
    </message>
    <message>
        <source>It is the default of its role already</source>
        <translation>它已是该角色的默认模型</translation>
    </message>
    <message>
        <source>Used by jobs that name no model of this role</source>
        <translation>未指定此角色模型的任务会使用它</translation>
    </message>
    <message>
        <source>The embedded models belong to the program</source>
        <translation>内置模型属于程序本身</translation>
    </message>
    <message>
        <source>The folder itself is not touched</source>
        <translation>文件夹本身不受影响</translation>
    </message>
    <message>
        <source>Folder of a model</source>
        <translation>模型文件夹</translation>
    </message>
    <message>
        <source>Looking at %1…</source>
        <translation>正在查看 %1…</translation>
    </message>
    <message>
        <source>%1 is the default now: %2</source>
        <translation>%1 现为默认模型：%2</translation>
    </message>
    <message>
        <source>Changing the default…</source>
        <translation>正在更改默认模型…</translation>
    </message>
    <message>
        <source>%1 is the default now</source>
        <translation>%1 现为默认模型</translation>
    </message>
    <message>
        <source>Removing…</source>
        <translation>正在移除…</translation>
    </message>
    <message>
        <source>%1 is off the list; its folder %2 is as it was</source>
        <translation>%1 已移出列表；其文件夹 %2 保持原样</translation>
    </message>
    <message>
        <source>reward</source>
        <translation>奖励</translation>
    </message>
    <message>
        <source>text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>judge</source>
        <translation>评审</translation>
    </message>
    <message>
        <source>Get one from a hub…</source>
        <translation>从模型中心获取…</translation>
    </message>
    <message>
        <source>Shows what would be fetched, and asks, before anything is</source>
        <translation>下载之前，先显示将下载的内容并征求同意</translation>
    </message>
    <message>
        <source>On disk</source>
        <translation>占用磁盘</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>Hash of %1</source>
        <translation>%1 的哈希值</translation>
    </message>
</context>
<context>
    <name>winnow::ui::PairGrid</name>
    <message>
        <source>Pairs as pictures</source>
        <translation>样本图片</translation>
    </message>
    <message>
        <source>no picture: text only</source>
        <translation>无图片：只有文本</translation>
    </message>
    <message>
        <source>picture not found</source>
        <translation>找不到图片</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>chosen</source>
        <translation>选中</translation>
    </message>
</context>
<context>
    <name>winnow::ui::PairTable</name>
    <message>
        <source>Pairs as a table</source>
        <translation>样本表格</translation>
    </message>
</context>
<context>
    <name>winnow::ui::PairTableModel</name>
    <message>
        <source>being written to disk</source>
        <translation>正在写入磁盘</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>编号</translation>
    </message>
    <message>
        <source>Response</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>Instruction</source>
        <translation>指令</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>去留</translation>
    </message>
    <message>
        <source>Stars</source>
        <translation>星级</translation>
    </message>
    <message>
        <source>Cluster of each pair; filter by a click in the list of clusters</source>
        <translation>每个样本所属的聚类；在聚类列表中单击即可筛选</translation>
    </message>
    <message>
        <source>%1 of %2 pairs have a value; click to sort</source>
        <translation>%2 个样本中有 %1 个有数值；单击排序</translation>
    </message>
</context>
<context>
    <name>winnow::ui::Preflight</name>
    <message>
        <source>1 pair</source>
        <translation>1 个样本</translation>
    </message>
    <message>
        <source>%1 pairs</source>
        <translation>%1 个样本</translation>
    </message>
    <message>
        <source>1 problem</source>
        <translation>1 个问题</translation>
    </message>
    <message>
        <source>%1 problems</source>
        <translation>%1 个问题</translation>
    </message>
    <message>
        <source>1 warning</source>
        <translation>1 个警告</translation>
    </message>
    <message>
        <source>%1 warnings</source>
        <translation>%1 个警告</translation>
    </message>
    <message>
        <source>1 note</source>
        <translation>1 个提示</translation>
    </message>
    <message>
        <source>%1 notes</source>
        <translation>%1 个提示</translation>
    </message>
    <message>
        <source>Nothing was found</source>
        <translation>未发现问题</translation>
    </message>
    <message>
        <source>%1 in %2</source>
        <translation>%1（共检查 %2）</translation>
    </message>
    <message>
        <source>; %1 banned left out</source>
        <translation>；略过 %1 个已禁用的样本</translation>
    </message>
    <message>
        <source>%1 as %2</source>
        <translation>%1，同 %2</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>重新检查</translation>
    </message>
    <message>
        <source>Save the report…</source>
        <translation>保存报告…</translation>
    </message>
    <message>
        <source>As text, or as JSON where the name ends in .json</source>
        <translation>保存为文本；文件名以 .json 结尾时保存为 JSON</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>检查结果</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>严重程度</translation>
    </message>
    <message>
        <source>Pairs</source>
        <translation>样本</translation>
    </message>
    <message>
        <source>Finding</source>
        <translation>检查结果</translation>
    </message>
    <message>
        <source>Examples; Enter shows the pair</source>
        <translation>示例；回车显示该样本</translation>
    </message>
    <message>
        <source>A double click shows the pair in Data mode</source>
        <translation>双击可在“数据”模式中显示该样本</translation>
    </message>
    <message>
        <source>Show these pairs</source>
        <translation>显示这些样本</translation>
    </message>
    <message>
        <source>Not checked yet</source>
        <translation>尚未检查</translation>
    </message>
    <message>
        <source>Looks for missing and broken pictures, repeats, empty answers, turns out of order, texts that are cut, and pictures that a benchmark asks about. It changes nothing.</source>
        <translation>查找缺失和损坏的图片、重复内容、空回答、错乱的对话轮次、会被截断的文本，以及基准测试所用的图片。不作任何更改。</translation>
    </message>
    <message>
        <source>Check now</source>
        <translation>立即检查</translation>
    </message>
    <message>
        <source>Check the data</source>
        <translation>检查数据</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>正在检查…</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>Waiting for another job of the data lane…</source>
        <translation>正在等待数据队列中的另一个任务…</translation>
    </message>
    <message>
        <source>%1: %2 of %3</source>
        <translation>%1：%2 / %3</translation>
    </message>
    <message>
        <source>The check failed</source>
        <translation>检查失败</translation>
    </message>
    <message>
        <source>The check was stopped</source>
        <translation>检查已停止</translation>
    </message>
    <message>
        <source>Pictures that were looked at are remembered: the next check goes on there and ends the same.</source>
        <translation>已查看的图片会记住：下次检查从该处继续，结果相同。</translation>
    </message>
    <message>
        <source>Pictures, words, turns and repeats of %1 are in order.</source>
        <translation>已检查 %1 的图片、文字、对话轮次和重复情况，均无问题。</translation>
    </message>
    <message>
        <source>Show the pair</source>
        <translation>显示该样本</translation>
    </message>
    <message>
        <source>Show %1</source>
        <translation>显示 %1</translation>
    </message>
    <message>
        <source>Ban %1</source>
        <translation>禁用 %1</translation>
    </message>
    <message>
        <source>Ban the later ones, %1</source>
        <translation>禁用靠后的 %1</translation>
    </message>
    <message>
        <source>They enter no selection any more; one step that Ctrl+Z takes back, also after a restart</source>
        <translation>它们不再进入任何选集；只算一步，可用 Ctrl+Z 撤销，重启后也可以</translation>
    </message>
    <message>
        <source>Relink %1 to %2</source>
        <translation>将 %1 个重新链接到 %2</translation>
    </message>
    <message>
        <source>Files of these names lie in %1; the pairs look in %2. Nothing is copied or moved.</source>
        <translation>同名文件位于 %1；样本指向的是 %2。不会复制或移动任何文件。</translation>
    </message>
    <message>
        <source>Pairs or decisions have changed since this check: check again to see what is left.</source>
        <translation>此次检查之后，样本或决定有变：请重新检查，查看还剩哪些问题。</translation>
    </message>
    <message>
        <source>Not checked: %1</source>
        <translation>未检查：%1</translation>
    </message>
    <message>
        <source>Relink the pictures</source>
        <translation>重新链接图片</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>保存报告</translation>
    </message>
    <message>
        <source>Text (*.txt);;JSON (*.json)</source>
        <translation>文本 (*.txt);;JSON (*.json)</translation>
    </message>
    <message>
        <source>-check.txt</source>
        <translation>-检查.txt</translation>
    </message>
    <message>
        <source>Saved as %1</source>
        <translation>已保存为 %1</translation>
    </message>
    <message>
        <source>The pictures were not relinked: %1. Check again to look for them anew.</source>
        <translation>图片未能重新链接：%1。请再次检查以重新查找。</translation>
    </message>
</context>
<context>
    <name>winnow::ui::RunTableModel</name>
    <message>
        <source>not started</source>
        <translation>未开始</translation>
    </message>
    <message>
        <source>running</source>
        <translation>运行中</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>finished</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>all pairs</source>
        <translation>全部样本</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Tuned on</source>
        <translation>微调数据</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>步数</translation>
    </message>
    <message>
        <source>Accuracy, %</source>
        <translation>准确率，%</translation>
    </message>
</context>
<context>
    <name>winnow::ui::ScorePage</name>
    <message>
        <source>Metrics</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>Import scores…</source>
        <translation>导入分数…</translation>
    </message>
    <message>
        <source>Brings in scores that were made elsewhere, keyed by the ids of the pairs</source>
        <translation>引入在别处得到的分数，以样本编号为键</translation>
    </message>
    <message>
        <source>Progress of scoring</source>
        <translation>评分进度</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Where models run</source>
        <translation>模型运行的位置</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>No pairs yet</source>
        <translation>还没有样本</translation>
    </message>
    <message>
        <source>Import a dataset; then its pairs are scored here, one number for each pair and metric.</source>
        <translation>请导入数据集；随后在此为其样本评分，每个样本每项指标一个数值。</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>%1 pairs · %2 metrics are there · %3 can be computed</source>
        <translation>%1 个样本 · 已有 %2 项指标 · 可计算 %3 项</translation>
    </message>
    <message>
        <source>embedded</source>
        <translation>内置</translation>
    </message>
    <message>
        <source>Tick what to compute in the columns Corrected and As published.</source>
        <translation>请在“修正版”和“按发表版本”两列中勾选要计算的内容。</translation>
    </message>
    <message>
        <source>About %1 on %2</source>
        <translation>在 %2 上约 %1</translation>
    </message>
    <message numerus="yes">
        <source> and %n more</source>
        <translation>
            <numerusform> 及另外 %n 项</numerusform>
        </translation>
    </message>
    <message>
        <source>not measured yet: %1</source>
        <translation>尚未测量：%1</translation>
    </message>
    <message>
        <source>Go on with %1</source>
        <translation>继续 %1</translation>
    </message>
    <message>
        <source>Compute %1</source>
        <translation>计算 %1</translation>
    </message>
    <message>
        <source>Compute %1 columns</source>
        <translation>计算 %1 列</translation>
    </message>
    <message>
        <source>Nothing is ticked</source>
        <translation>未勾选任何内容</translation>
    </message>
    <message>
        <source>One of the ticked metrics cannot be computed: see the message beside</source>
        <translation>勾选的某项指标无法计算：见旁边的说明</translation>
    </message>
    <message>
        <source>Pairs that have a value keep it; stopped work goes on (%1)</source>
        <translation>已有数值的样本保持不变；停下的工作会继续（%1）</translation>
    </message>
    <message>
        <source>Nothing that is ticked needs measuring</source>
        <translation>勾选的内容无需测量</translation>
    </message>
    <message>
        <source>Times %1 pairs and keeps no score</source>
        <translation>对 %1 个样本计时，不保存分数</translation>
    </message>
    <message>
        <source>Ends at the next safe point; what is done stays, started again it goes on</source>
        <translation>在下一个安全点结束；已完成的保留，再次开始会继续</translation>
    </message>
    <message>
        <source>Score %1 of %2 pairs</source>
        <translation>为 %2 个样本计算 %1</translation>
    </message>
    <message>
        <source>Measure scoring on %1 pairs</source>
        <translation>用 %1 个样本测量评分速度</translation>
    </message>
    <message>
        <source>%1 failed: %2</source>
        <translation>%1 失败：%2</translation>
    </message>
    <message numerus="yes">
        <source> · %n more waiting</source>
        <translation>
            <numerusform> · 另有 %n 项等待</numerusform>
        </translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Goes on at once</source>
        <translation>立即继续</translation>
    </message>
    <message>
        <source>Holds the memory, goes on at once</source>
        <translation>占用内存，可立即继续</translation>
    </message>
    <message>
        <source>Compute</source>
        <translation>计算</translation>
    </message>
</context>
<context>
    <name>winnow::ui::SearchDialog</name>
    <message>
        <source>Find by meaning</source>
        <translation>按含义查找</translation>
    </message>
    <message>
        <source>Sorts the pairs by how near they are to a text, whatever words they use. The similarity is kept as the metric “similar”, to filter by as well.</source>
        <translation>按与一段文本的接近程度给样本排序，不论用词如何。相似度保存为指标“similar”，也可用于筛选。</translation>
    </message>
    <message>
        <source>a dog on a beach</source>
        <translation>如：a dog on a beach</translation>
    </message>
    <message>
        <source>Pictures, by CLIP (clip-image)</source>
        <translation>图片，用 CLIP（clip-image）</translation>
    </message>
    <message>
        <source>Responses, by a sentence encoder (text)</source>
        <translation>回答，用句子编码器（text）</translation>
    </message>
    <message>
        <source>Responses, by CLIP (clip-text)</source>
        <translation>回答，用 CLIP（clip-text）</translation>
    </message>
    <message>
        <source>The vectors that the text is compared with</source>
        <translation>与文本相比较的向量</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>Compare with</source>
        <translation>比较对象</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Compare %1 pairs</source>
        <translation>比较 %1 个样本</translation>
    </message>
    <message>
        <source>There are no pairs yet: import a dataset first</source>
        <translation>还没有样本：请先导入数据集</translation>
    </message>
    <message>
        <source>Type what to look for</source>
        <translation>请输入要查找的内容</translation>
    </message>
    <message>
        <source>There is no sentence encoder: add one under Models, in the role text</source>
        <translation>没有句子编码器：请在“模型”中添加角色为“文本”的模型</translation>
    </message>
    <message>
        <source>The vectors are computed first, which takes longer</source>
        <translation>先计算向量，用时较长</translation>
    </message>
    <message>
        <source>Replaces the similarities of the search before</source>
        <translation>将替换上次查找的相似度</translation>
    </message>
    <message>
        <source>Find “%1”</source>
        <translation>查找“%1”</translation>
    </message>
</context>
<context>
    <name>winnow::ui::SelectPage</name>
    <message>
        <source>Name of the selection</source>
        <translation>选集名称</translation>
    </message>
    <message>
        <source>Save selection</source>
        <translation>保存选集</translation>
    </message>
    <message>
        <source>Saved selections</source>
        <translation>已存的选集</translation>
    </message>
    <message>
        <source>How many pairs to choose: a count such as 200, or a percentage of all pairs such as 6%</source>
        <translation>选多少个样本：数量（如 200），或占全部样本的百分比（如 6%）</translation>
    </message>
    <message>
        <source>Budget (count or %)</source>
        <translation>预算（数量或 %）</translation>
    </message>
    <message>
        <source>Spread over the clusters of</source>
        <translation>分布到聚类</translation>
    </message>
    <message>
        <source>Quota of each cluster</source>
        <translation>每个聚类的配额</translation>
    </message>
    <message>
        <source>Cluster</source>
        <translation>聚类</translation>
    </message>
    <message>
        <source>Pairs</source>
        <translation>样本</translation>
    </message>
    <message>
        <source>Quota</source>
        <translation>配额</translation>
    </message>
    <message>
        <source>Chosen</source>
        <translation>选中</translation>
    </message>
    <message>
        <source>Corrected (recommended)</source>
        <translation>修正版（推荐）</translation>
    </message>
    <message>
        <source>As published</source>
        <translation>按发表版本</translation>
    </message>
    <message>
        <source>As published repeats the paper&apos;s rule to the letter: raw scores cut to whole numbers and its own quotas</source>
        <translation>“按发表版本”逐字重复论文的规则：原始分数截成整数，并使用其自己的配额</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>are left out</source>
        <translation>排除</translation>
    </message>
    <message>
        <source>count as average</source>
        <translation>按平均值计</translation>
    </message>
    <message>
        <source>Pairs without a value</source>
        <translation>缺值的样本</translation>
    </message>
    <message>
        <source>Choose at random (a control)</source>
        <translation>随机选择（对照）</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>Chosen pairs</source>
        <translation>选中的样本</translation>
    </message>
    <message>
        <source>Entering pairs</source>
        <translation>新进入的样本</translation>
    </message>
    <message>
        <source>Leaving pairs</source>
        <translation>将离开的样本</translation>
    </message>
    <message>
        <source>nothing (best overall)</source>
        <translation>无（整体最佳）</translation>
    </message>
    <message>
        <source>%1 (%2 clusters)</source>
        <translation>%1（%2 个聚类）</translation>
    </message>
    <message>
        <source>%1 - %2 pairs</source>
        <translation>%1 - %2 个样本</translation>
    </message>
    <message>
        <source>Enter or double click shows it in every view</source>
        <translation>回车或双击后在所有视图中显示</translation>
    </message>
    <message>
        <source>No pairs yet</source>
        <translation>还没有样本</translation>
    </message>
    <message>
        <source>Import a dataset; then its best pairs are chosen here.</source>
        <translation>请导入数据集；随后在此选出其中最好的样本。</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Nothing to weigh yet</source>
        <translation>还没有可加权的指标</translation>
    </message>
    <message>
        <source>Score the pairs first: each metric becomes a slider here.</source>
        <translation>请先给样本评分：每个指标会成为一个滑块。</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>评分</translation>
    </message>
    <message>
        <source>Keep the chosen pairs under this name</source>
        <translation>以此名称保存选中的样本</translation>
    </message>
    <message>
        <source>There is no selection to save: see the message above the pictures</source>
        <translation>没有可保存的选集：见图片上方的说明</translation>
    </message>
    <message>
        <source>%1 chosen of %2 eligible</source>
        <translation>%2 个合格样本中选中 %1 个</translation>
    </message>
    <message>
        <source>live</source>
        <translation>实时</translation>
    </message>
    <message>
        <source>Entering: %1</source>
        <translation>进入：%1</translation>
    </message>
    <message>
        <source>Leaving: %1</source>
        <translation>离开：%1</translation>
    </message>
    <message>
        <source>Save selection %1</source>
        <translation>保存选集 %1</translation>
    </message>
    <message>
        <source>Score by</source>
        <translation>评分依据</translation>
    </message>
    <message>
        <source>Side by side</source>
        <translation>并排对比</translation>
    </message>
    <message>
        <source>What the corrected and the published rule choose, and where they differ</source>
        <translation>修正版规则与发表版规则各选了什么，有何不同</translation>
    </message>
    <message>
        <source>All weights are 0: move a slider first</source>
        <translation>所有权重都是 0：请先移动滑块</translation>
    </message>
    <message>
        <source>Keep the weights as %1</source>
        <translation>将权重保存为 %1</translation>
    </message>
</context>
<context>
    <name>winnow::ui::SelectorChoice</name>
    <message>
        <source>Train…</source>
        <translation>训练…</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>导入…</translation>
    </message>
    <message>
        <source>Keep…</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>Score by</source>
        <translation>评分依据</translation>
    </message>
    <message>
        <source>The sliders below, or a selector that learned from labels which pairs help</source>
        <translation>下方的滑块，或从标签中学到哪些样本有用的选择器</translation>
    </message>
    <message>
        <source>Fits a selector to measured labels</source>
        <translation>用测得的标签拟合选择器</translation>
    </message>
    <message>
        <source>Brings in a published checkpoint (.pth)</source>
        <translation>引入已发布的检查点（.pth）</translation>
    </message>
    <message>
        <source>Keeps the sliders&apos; weights under a name</source>
        <translation>以某个名称保存滑块的权重</translation>
    </message>
    <message>
        <source>Weights (the sliders)</source>
        <translation>权重（滑块）</translation>
    </message>
    <message>
        <source>%1 – %2</source>
        <translation>%1 – %2</translation>
    </message>
    <message>
        <source>Scoring %1 pairs with %2…</source>
        <translation>正在用 %2 为 %1 个样本评分…</translation>
    </message>
    <message>
        <source>%1 pairs lack one of its inputs</source>
        <translation>%1 个样本缺少它的某项输入</translation>
    </message>
    <message>
        <source>Keep the weights</source>
        <translation>保存权重</translation>
    </message>
    <message>
        <source>Name of the selector</source>
        <translation>选择器名称</translation>
    </message>
    <message>
        <source>weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保存</translation>
    </message>
</context>
<context>
    <name>winnow::ui::ShortcutsDialog</name>
    <message>
        <source>Use this key</source>
        <translation>使用此键</translation>
    </message>
    <message>
        <source>Back to the first one</source>
        <translation>恢复原键</translation>
    </message>
    <message>
        <source>Shortcuts</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Commands and their keys</source>
        <translation>命令及其按键</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>按键</translation>
    </message>
    <message>
        <source>New key</source>
        <translation>新按键</translation>
    </message>
    <message>
        <source>Choose a command to give it another key</source>
        <translation>选择命令以更换按键</translation>
    </message>
    <message>
        <source>“%1” has this key now and would lose it</source>
        <translation>“%1”正在使用此键，将失去它</translation>
    </message>
</context>
<context>
    <name>winnow::ui::SingleView</name>
    <message>
        <source>Previous pair (Left)</source>
        <translation>上一个样本 (Left)</translation>
    </message>
    <message>
        <source>Next pair (Right)</source>
        <translation>下一个样本 (Right)</translation>
    </message>
    <message>
        <source>Back to all pairs (Space)</source>
        <translation>返回全部样本 (Space)</translation>
    </message>
    <message>
        <source>One pair</source>
        <translation>单个样本</translation>
    </message>
    <message>
        <source>no pair</source>
        <translation>没有样本</translation>
    </message>
    <message>
        <source>no picture: text only</source>
        <translation>无图片：只有文本</translation>
    </message>
    <message>
        <source>picture not found</source>
        <translation>找不到图片</translation>
    </message>
    <message>
        <source>%1 of %2   %3</source>
        <translation>%1 / %2   %3</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>fitted</source>
        <translation>适合窗口</translation>
    </message>
</context>
<context>
    <name>winnow::ui::SpaceOverview</name>
    <message>
        <source>imported from %1</source>
        <translation>导入自 %1</translation>
    </message>
    <message>
        <source>PCA of %1, %2 of the variance</source>
        <translation>%1 的主成分，占方差的 %2</translation>
    </message>
    <message>
        <source>model %1</source>
        <translation>模型 %1</translation>
    </message>
    <message>
        <source>%1 on %2</source>
        <translation>%1，基于 %2</translation>
    </message>
    <message>
        <source>Feature spaces</source>
        <translation>特征空间</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>特征空间</translation>
    </message>
    <message>
        <source>Numbers</source>
        <translation>维数</translation>
    </message>
    <message>
        <source>Pairs</source>
        <translation>样本</translation>
    </message>
    <message>
        <source>From</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>One vector for each pair: clustering and selectors need them. None is there yet.</source>
        <translation>每个样本一个向量：聚类和选择器需要它。目前还没有。</translation>
    </message>
    <message>
        <source>Clusterings</source>
        <translation>聚类</translation>
    </message>
    <message>
        <source>Clustering</source>
        <translation>聚类</translation>
    </message>
    <message>
        <source>Clusters</source>
        <translation>类数</translation>
    </message>
    <message>
        <source>Groups of pairs that look alike: a selection takes some of each. None yet.</source>
        <translation>相似样本的分组：选择时每组取一些。目前还没有。</translation>
    </message>
    <message>
        <source>Compute…</source>
        <translation>计算…</translation>
    </message>
    <message>
        <source>Computes the vectors of every pair, and their principal components</source>
        <translation>计算每个样本的向量及其主成分</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>导入…</translation>
    </message>
    <message>
        <source>Brings in ready vectors in the order of the pairs (.pt, .npy, .safetensors)</source>
        <translation>引入按样本顺序排列的现成向量（.pt、.npy、.safetensors）</translation>
    </message>
    <message>
        <source>Cluster…</source>
        <translation>聚类…</translation>
    </message>
    <message>
        <source>Groups the pairs by what they show</source>
        <translation>按内容对样本分组</translation>
    </message>
    <message>
        <source>Brings in ready clusters (JSON: a list of ids for each cluster)</source>
        <translation>引入现成聚类（JSON：每个聚类一个编号列表）</translation>
    </message>
</context>
<context>
    <name>winnow::ui::SplitDialog</name>
    <message>
        <source>Split cluster %1</source>
        <translation>拆分聚类 %1</translation>
    </message>
    <message>
        <source>Groups the pairs of this cluster anew by k-means. The clustering stays as it is; a new one is made of it.</source>
        <translation>用 k-means 对此聚类的样本重新分组。原有的这份聚类保持不变，另由它生成一份新的聚类。</translation>
    </message>
    <message>
        <source>The same seed gives the same clusters</source>
        <translation>相同的种子得到相同的聚类</translation>
    </message>
    <message>
        <source>Parts</source>
        <translation>份数</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>拆分</translation>
    </message>
    <message>
        <source>%1 pairs, %2 in each part on average</source>
        <translation>%1 个样本，平均每份 %2 个</translation>
    </message>
</context>
<context>
    <name>winnow::ui::StarRating</name>
    <message>
        <source>Stars (0 to 5)</source>
        <translation>星级（0 至 5）</translation>
    </message>
    <message numerus="yes">
        <source>%n star(s)</source>
        <translation>
            <numerusform>%n 星</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>winnow::ui::StartPage</name>
    <message>
        <source>Winnow</source>
        <translation>Winnow</translation>
    </message>
    <message>
        <source>Find the few pairs that make your vision-language model better, and know how sure that is.</source>
        <translation>找出真正让视觉语言模型变好的少量样本，并知道有多大把握。</translation>
    </message>
    <message>
        <source>Opened lately</source>
        <translation>最近打开</translation>
    </message>
    <message>
        <source>Projects opened lately</source>
        <translation>最近打开的项目</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
</context>
<context>
    <name>winnow::ui::StatusLine</name>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>Where models run, unless a job says otherwise</source>
        <translation>模型运行的设备，除非任务另有指定</translation>
    </message>
    <message>
        <source>Progress of the running job</source>
        <translation>当前任务的进度</translation>
    </message>
    <message>
        <source>CPU, %1</source>
        <translation>CPU，%1</translation>
    </message>
    <message>
        <source>1 pair</source>
        <translation>1 个样本</translation>
    </message>
    <message>
        <source>%1 pairs</source>
        <translation>%1 个样本</translation>
    </message>
    <message>
        <source>%1 shown</source>
        <translation>显示 %1</translation>
    </message>
    <message>
        <source>%1 chosen</source>
        <translation>选中 %1</translation>
    </message>
    <message>
        <source>%1 pinned</source>
        <translation>固定 %1</translation>
    </message>
    <message>
        <source>%1 banned</source>
        <translation>禁用 %1</translation>
    </message>
    <message>
        <source>%1 locked</source>
        <translation>锁定 %1</translation>
    </message>
    <message>
        <source>budget %1 %</source>
        <translation>预算 %1 %</translation>
    </message>
    <message>
        <source>+%1 more</source>
        <translation>另有 %1 个</translation>
    </message>
    <message>
        <source>%1: %2. Opens the jobs</source>
        <translation>%1：%2。单击打开任务</translation>
    </message>
    <message>
        <source>Texts are being brought into the index; searching works meanwhile, more slowly</source>
        <translation>正在将文本编入索引；其间仍可搜索，但较慢</translation>
    </message>
    <message>
        <source>text index %1 %</source>
        <translation>文本索引 %1 %</translation>
    </message>
</context>
<context>
    <name>winnow::ui::TrainMode</name>
    <message>
        <source>Train mode</source>
        <translation>训练模式</translation>
    </message>
    <message>
        <source>Fine-tune</source>
        <translation>微调</translation>
    </message>
    <message>
        <source>One run on a selection, with its loss and answers</source>
        <translation>用一个选集训练一次，查看其损失和回答</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>What each cluster&apos;s pairs are worth, measured; selectors learn from it</source>
        <translation>测量每个聚类的样本价值；选择器从中学习</translation>
    </message>
    <message>
        <source>Experiment</source>
        <translation>实验</translation>
    </message>
    <message>
        <source>Whether the choice beats chance, over seeds and random draws</source>
        <translation>在多个种子和多次随机抽取下，看选择是否胜过随机</translation>
    </message>
</context>
<context>
    <name>winnow::ui::TrainPage</name>
    <message>
        <source>default</source>
        <translation>默认</translation>
    </message>
    <message>
        <source>Fine-tune</source>
        <translation>微调</translation>
    </message>
    <message>
        <source>On which pairs</source>
        <translation>使用哪些样本</translation>
    </message>
    <message>
        <source>Name of the run</source>
        <translation>训练名称</translation>
    </message>
    <message>
        <source>Evaluate when done</source>
        <translation>完成后评估</translation>
    </message>
    <message>
        <source>Start run</source>
        <translation>开始训练</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>步数</translation>
    </message>
    <message>
        <source>Pairs a step</source>
        <translation>每步样本数</translation>
    </message>
    <message>
        <source>Peak learning rate</source>
        <translation>最高学习率</translation>
    </message>
    <message>
        <source>Warm-up steps</source>
        <translation>预热步数</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>Corrected (recommended)</source>
        <translation>修正版（推荐）</translation>
    </message>
    <message>
        <source>As published: random crops</source>
        <translation>按发表版本：随机裁剪</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>模式</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Loss over steps</source>
        <translation>损失随步数变化</translation>
    </message>
    <message>
        <source>step</source>
        <translation>步</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>The loss of a run is drawn here as it falls.</source>
        <translation>训练过程中的损失会绘制在这里。</translation>
    </message>
    <message>
        <source>Sample answers</source>
        <translation>回答示例</translation>
    </message>
    <message>
        <source>Sample answers of the run</source>
        <translation>该次训练的回答示例</translation>
    </message>
    <message>
        <source>Once a run is evaluated, some of its answers stand here.</source>
        <translation>训练评估之后，部分回答会显示在这里。</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>评估</translation>
    </message>
    <message>
        <source>Nothing to train on</source>
        <translation>没有可训练的样本</translation>
    </message>
    <message>
        <source>Import a dataset first; then choose its best pairs.</source>
        <translation>请先导入数据集，再选出其中最好的样本。</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>%1 - %2 pairs</source>
        <translation>%1 - %2 个样本</translation>
    </message>
    <message>
        <source>Random pairs</source>
        <translation>随机样本</translation>
    </message>
    <message>
        <source>All pairs</source>
        <translation>全部样本</translation>
    </message>
    <message>
        <source>%1 steps of %2 pairs, %3 passes over %4 pairs</source>
        <translation>共 %1 步，每步 %2 个样本，将 %4 个样本遍历 %3 次</translation>
    </message>
    <message>
        <source>peak rate %1, warm-up %2 steps</source>
        <translation>最高学习率 %1，预热 %2 步</translation>
    </message>
    <message>
        <source>about %1 MB of memory</source>
        <translation>约需 %1 MB 内存</translation>
    </message>
    <message>
        <source>default: %1</source>
        <translation>默认：%1</translation>
    </message>
    <message>
        <source>Fine-tune %1</source>
        <translation>微调 %1</translation>
    </message>
    <message>
        <source>Evaluate %1</source>
        <translation>评估 %1</translation>
    </message>
    <message>
        <source>Go on from the last checkpoint</source>
        <translation>从最近的检查点继续</translation>
    </message>
    <message>
        <source>Only a run that was stopped or failed can go on</source>
        <translation>只有已停止或失败的训练可以继续</translation>
    </message>
    <message>
        <source>Stop after this step; it can be resumed</source>
        <translation>完成这一步后停止；之后可以继续</translation>
    </message>
    <message>
        <source>This run is not under way</source>
        <translation>此训练未在进行</translation>
    </message>
    <message>
        <source>Ask the run every question of every benchmark</source>
        <translation>用所有基准测试的全部问题评估该次训练</translation>
    </message>
    <message>
        <source>Needs a finished run and a benchmark in the project</source>
        <translation>需要已完成的训练，且项目中有基准测试</translation>
    </message>
    <message>
        <source>Loss of %1</source>
        <translation>%1 的损失</translation>
    </message>
    <message>
        <source>%1 %2  -  %3 (right: %4)</source>
        <translation>%1 %2  -  %3（正确：%4）</translation>
    </message>
    <message>
        <source>How many (drawn by the seed)</source>
        <translation>数量（按种子抽取）</translation>
    </message>
    <message>
        <source>Add a random control</source>
        <translation>添加随机对照</translation>
    </message>
    <message>
        <source>A second run on as many pairs drawn at random shows what the choice itself is worth</source>
        <translation>再用同样多的随机样本训练一次，以显示选择本身的价值</translation>
    </message>
</context>
<context>
    <name>winnow::ui::TrainSelectorDialog</name>
    <message>
        <source>Train a selector</source>
        <translation>训练选择器</translation>
    </message>
    <message>
        <source>Learns from measured labels which pairs help, and says how far that can be trusted: each label is predicted by a selector that never saw it.</source>
        <translation>从测得的标签中学习哪些样本有用，并说明可信程度：每个标签都由未见过它的选择器来预测。</translation>
    </message>
    <message>
        <source>With some thirty labels a linear selector is the safest; self-attention is the published one</source>
        <translation>标签只有三十个左右时，线性选择器最稳妥；自注意力是发表时所用的</translation>
    </message>
    <message>
        <source>image-pca6, text-pca6, clip, 10*reward, 10*length, judge</source>
        <translation>image-pca6, text-pca6, clip, 10*reward, 10*length, judge</translation>
    </message>
    <message>
        <source>Metrics and feature spaces by commas, each with a factor where wanted; empty takes the published ones</source>
        <translation>用逗号分隔的指标和特征空间，可各带系数；留空则用发表时的输入</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Folder…</source>
        <translation>文件夹…</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>模式</translation>
    </message>
    <message>
        <source>Inputs</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>the published training files</source>
        <translation>已发布的训练文件</translation>
    </message>
    <message>
        <source>%1 (%2 measured)</source>
        <translation>%1（已测量 %2 个）</translation>
    </message>
    <message>
        <source>Folder with fitting.json</source>
        <translation>含 fitting.json 的文件夹</translation>
    </message>
    <message>
        <source>Train selector</source>
        <translation>训练选择器</translation>
    </message>
    <message>
        <source>Only for the published training files</source>
        <translation>仅用于已发布的训练文件</translation>
    </message>
    <message>
        <source>The selector needs a name</source>
        <translation>选择器需要名称</translation>
    </message>
    <message>
        <source>Choose the folder with fitting.json, image_matrix.pt and text_matrix.pt</source>
        <translation>请选择含 fitting.json、image_matrix.pt 和 text_matrix.pt 的文件夹</translation>
    </message>
    <message>
        <source>A selector needs at least three measured labels</source>
        <translation>选择器至少需要三个已测量的标签</translation>
    </message>
    <message>
        <source>Replaces the selector of this name</source>
        <translation>将替换同名选择器</translation>
    </message>
    <message>
        <source>Train selector %1</source>
        <translation>训练选择器 %1</translation>
    </message>
</context>
<context>
    <name>winnow::ui::UnfinishedBar</name>
    <message>
        <source>Unfinished work</source>
        <translation>未完成的工作</translation>
    </message>
    <message>
        <source>%1, begun %2, was cut off. What was done of it is kept.</source>
        <translation>“%1”（始于 %2）被中断，已完成的部分已保留。</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Goes on where it was, to the same result</source>
        <translation>从中断处继续，结果相同</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>暂不处理</translation>
    </message>
    <message>
        <source>Takes this notice away; started again by hand the job still goes on where it was</source>
        <translation>移除此提示；以后手动启动该任务，仍从原处继续</translation>
    </message>
</context>
<context>
    <name>winnow::ui::ValidityPanel</name>
    <message>
        <source>weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>linear</source>
        <translation>线性</translation>
    </message>
    <message>
        <source>small network (MLP)</source>
        <translation>小型网络（MLP）</translation>
    </message>
    <message>
        <source>self-attention</source>
        <translation>自注意力</translation>
    </message>
    <message>
        <source>How far to trust it</source>
        <translation>可信程度</translation>
    </message>
    <message>
        <source>How far the selector may be trusted</source>
        <translation>选择器的可信程度</translation>
    </message>
    <message>
        <source>Held-out error</source>
        <translation>留出误差</translation>
    </message>
    <message>
        <source>Mean squared error on subsets the selector never saw, beside that of the mean of the other labels, which knows nothing. Lower is better.</source>
        <translation>在选择器未见过的子集上的均方误差，旁边是仅用其他标签的均值（一无所知）作预测的误差。越低越好。</translation>
    </message>
    <message>
        <source>R² held out</source>
        <translation>留出 R²</translation>
    </message>
    <message>
        <source>Share of the labels&apos; spread that is predicted; 0 or below is no better than the mean.</source>
        <translation>标签的离散中被预测出的比例；0 或以下即不优于均值。</translation>
    </message>
    <message>
        <source>Spearman</source>
        <translation>Spearman</translation>
    </message>
    <message>
        <source>Rank correlation of predictions and labels on subsets it never saw, -1 to 1; higher is better.</source>
        <translation>在未见过的子集上预测与标签的等级相关，-1 至 1；越高越好。</translation>
    </message>
    <message>
        <source>Permutation p</source>
        <translation>置换检验 p</translation>
    </message>
    <message>
        <source>Share of shuffled labels that are predicted as well or better; below 0.05 speaks for more than chance.</source>
        <translation>打乱标签后预测得同样好或更好的比例；低于 0.05 说明不止是偶然。</translation>
    </message>
    <message>
        <source>On its own labels</source>
        <translation>在自身标签上</translation>
    </message>
    <message>
        <source>R² and rank correlation on the labels it was fitted to: flattering, and no measure of trust.</source>
        <translation>在拟合所用标签上的 R² 与等级相关：偏于乐观，不能衡量可信程度。</translation>
    </message>
    <message>
        <source>Measured labels against held-out predictions</source>
        <translation>测得的标签与留出预测</translation>
    </message>
    <message>
        <source>What the selector looks at</source>
        <translation>选择器看重什么</translation>
    </message>
    <message>
        <source>How far to trust %1</source>
        <translation>%1 的可信程度</translation>
    </message>
    <message>
        <source>Weights are a choice, not a prediction: nothing was measured.</source>
        <translation>权重是一种选择而非预测：没有经过测量。</translation>
    </message>
    <message>
        <source>Nothing is known of how well it predicts: it came without labels.</source>
        <translation>无从知道它预测得如何：它不带标签。</translation>
    </message>
    <message>
        <source>%1 (knowing nothing: %2)</source>
        <translation>%1（一无所知时：%2）</translation>
    </message>
    <message>
        <source>%1 (%2 shuffles)</source>
        <translation>%1（打乱 %2 次）</translation>
    </message>
    <message>
        <source>R² %1, Spearman %2</source>
        <translation>R² %1，Spearman %2</translation>
    </message>
    <message>
        <source>held out</source>
        <translation>留出</translation>
    </message>
    <message>
        <source>ideal</source>
        <translation>理想</translation>
    </message>
    <message>
        <source>measured label</source>
        <translation>测得的标签</translation>
    </message>
    <message>
        <source>predicted, held out</source>
        <translation>留出预测</translation>
    </message>
    <message>
        <source>Weight of its z-score</source>
        <translation>其 z 分数的权重</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Error grows by %1 when it is shuffled; one standard deviation changes the score by %2</source>
        <translation>打乱它会使误差增加 %1；它变化一个标准差会使得分变化 %2</translation>
    </message>
    <message>
        <source>Error grows by %1 when it is shuffled</source>
        <translation>打乱它会使误差增加 %1</translation>
    </message>
    <message>
        <source>What it looks at</source>
        <translation>看重什么</translation>
    </message>
    <message>
        <source>How much the squared error on the labels grows when the values of one input are shuffled</source>
        <translation>打乱某项输入的数值后，标签上的平方误差增加多少</translation>
    </message>
</context>
<context>
    <name>winnow::ui::WeightRow</name>
    <message>
        <source>Weight of %1</source>
        <translation>%1 的权重</translation>
    </message>
</context>
<context>
    <name>winnow::ui::WhyCardPanel</name>
    <message>
        <source>Why this verdict</source>
        <translation>为何如此</translation>
    </message>
    <message>
        <source>Click a pair to see why it is in or out.</source>
        <translation>单击样本，查看它入选或落选的原因。</translation>
    </message>
    <message>
        <source>score %1, cut %2</source>
        <translation>得分 %1，分数线 %2</translation>
    </message>
    <message>
        <source>%1 adds %2 (z %3)</source>
        <translation>%1 贡献 %2（z %3）</translation>
    </message>
    <message>
        <source>To change it: %1</source>
        <translation>若要改变：%1</translation>
    </message>
    <message>
        <source>%1 matters %2 to the selector</source>
        <translation>%1 对选择器的重要性为 %2</translation>
    </message>
</context>
</TS>
