"""Writes the four small tokenizer.json files of this folder, in the layout of the published families.

usage: make_files.py TEXT_FILE...   (the merges are learned from these texts)
"""
import collections
import json
import re
import sys


def spell_bytes():
    plain = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    table, extra = {}, 0
    for byte in range(256):
        table[byte] = chr(byte) if byte in plain else chr(256 + extra)
        extra += byte not in plain
    return table


BYTES = spell_bytes()


def learn(words, count, end=""):
    """Merges of the most frequent neighbours; words: spelling -> how often."""
    pieces = {word: tuple(word[:-1]) + (word[-1] + end,) for word in words}
    merges = []
    while len(merges) < count:
        pairs = collections.Counter()
        for word, parts in pieces.items():
            for pair in zip(parts, parts[1:]):
                pairs[pair] += words[word]
        if not pairs:
            break
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        merges.append(best)
        for word, parts in pieces.items():
            out = []
            for part in parts:
                if out and (out[-1], part) == best:
                    out[-1] += part
                else:
                    out.append(part)
            pieces[word] = tuple(out)
    return merges


def numbered(tokens):
    return {token: number for number, token in enumerate(dict.fromkeys(tokens))}


def added(number, content, special=True, normalized=False, **flags):
    token = {"id": number, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
             "normalized": normalized, "special": special}
    token.update(flags)
    return token


def whole(model, **parts):
    out = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
           "pre_tokenizer": None, "post_processor": None, "decoder": None, "model": model}
    out.update(parts)
    return out


def bpe(vocab, merges, **settings):
    out = {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
           "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False,
           "vocab": vocab, "merges": [" ".join(merge) for merge in merges]}
    out.update(settings)
    return out


def byte_words(text, pattern):
    return collections.Counter("".join(BYTES[b] for b in word.encode()) for word in re.findall(pattern, text))


def gpt2(text):
    merges = learn(byte_words(text, r"'s|'t|'re|'ve|'m|'ll|'d| ?[^\W\d_]+| ?\d+| ?[^\s\w]+|\s+"), 300)
    vocab = numbered(list(BYTES.values()) + ["".join(m) for m in merges] + ["<|endoftext|>"])
    level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    return whole(bpe(vocab, merges), added_tokens=[added(vocab["<|endoftext|>"], "<|endoftext|>")],
                 pre_tokenizer=level, post_processor=level, decoder=level)


def llama3(text):
    merges = learn(byte_words(text, r"[^\r\n\w]?[^\W\d_]+|\d{1,3}| ?[^\s\w]+[\r\n]*|\s*[\r\n]+|\s+"), 300)
    vocab = numbered(list(BYTES.values()) + ["".join(m) for m in merges])
    begin = len(vocab)
    level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}
    split = {"type": "Split", "behavior": "Isolated", "invert": False, "pattern": {"Regex":
             r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
             r"|\s*[\r\n]+|\s+(?!\S)|\s+"}}
    frame = {"type": "TemplateProcessing",
             "single": [{"SpecialToken": {"id": "<|begin_of_text|>", "type_id": 0}},
                        {"Sequence": {"id": "A", "type_id": 0}}],
             "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
             "special_tokens": {"<|begin_of_text|>": {"id": "<|begin_of_text|>", "ids": [begin],
                                                      "tokens": ["<|begin_of_text|>"]}}}
    return whole(bpe(vocab, merges),
                 added_tokens=[added(begin, "<|begin_of_text|>"), added(begin + 1, "<|end_of_text|>"),
                               added(begin + 2, "tall woman", special=False, single_word=True),
                               added(begin + 3, "<gap>", special=False, lstrip=True, rstrip=True)],
                 pre_tokenizer={"type": "Sequence", "pretokenizers": [split, level]},
                 post_processor={"type": "Sequence", "processors": [level, frame]}, decoder=level)


def llama(text):
    words = collections.Counter("\u2581" + word for word in re.findall(r"\S+", text) if word.isascii())
    merges = learn(words, 300)
    letters = sorted({letter for word in words for letter in word})
    tokens = ["<unk>", "<s>", "</s>"] + [f"<0x{b:02X}>" for b in range(256)] + letters
    vocab = numbered(tokens + ["".join(m) for m in merges])
    frame = {"type": "TemplateProcessing",
             "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
             "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
             "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}}
    return whole(bpe(vocab, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True),
                 added_tokens=[added(0, "<unk>"), added(1, "<s>"), added(2, "</s>"),
                               added(len(vocab), "tall woman", special=False, normalized=True)],
                 normalizer={"type": "Sequence", "normalizers": [
                     {"type": "Prepend", "prepend": "\u2581"},
                     {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}]},
                 post_processor=frame,
                 decoder={"type": "Sequence", "decoders": [
                     {"type": "Replace", "pattern": {"String": "\u2581"}, "content": " "}, {"type": "ByteFallback"},
                     {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]})


def bert(text):
    words = collections.Counter(re.findall(r"[a-z]+", text.lower()))
    common = [word for word, count in words.most_common(150)]
    pieces = collections.Counter()
    for word in words:
        for size in (2, 3):
            pieces.update(word[i:i + size] for i in range(1, len(word) - size + 1))
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    signs = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
    tokens = (["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + list(signs) + list(letters)
              + ["##" + c for c in letters] + common + ["##" + p for p, _ in pieces.most_common(150)]
              + list("天东京日本語안привет"))
    vocab = numbered(tokens)
    frame = {"type": "BertProcessing", "sep": ["[SEP]", vocab["[SEP]"]], "cls": ["[CLS]", vocab["[CLS]"]]}
    return whole({"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                  "max_input_chars_per_word": 100, "vocab": vocab},
                 added_tokens=[added(vocab[t], t) for t in ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")],
                 normalizer={"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True,
                             "strip_accents": None, "lowercase": True},
                 pre_tokenizer={"type": "BertPreTokenizer"}, post_processor=frame,
                 decoder={"type": "WordPiece", "prefix": "##", "cleanup": True})


def main():
    text = "\n".join(open(path, encoding="utf-8").read() for path in sys.argv[1:])
    for name, make in (("gpt2", gpt2), ("llama3", llama3), ("llama", llama), ("bert", bert)):
        with open(f"{name}.json", "w", encoding="utf-8") as out:
            json.dump(make(text), out, ensure_ascii=False, separators=(",", ":"))


main()
