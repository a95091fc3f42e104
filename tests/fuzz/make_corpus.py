#!/usr/bin/env python3
"""Writes the first inputs of the fuzz targets into corpus/NAME: small, whole files of every kind that the readers know.

    tests/fuzz/make_corpus.py        (only the standard library; the same files every time)

Pictures of kinds that the standard library cannot write (image/*.jpg, *.webp, *.bmp) were written by OpenCV and stay as
they are.
"""
import gzip
import io
import json
import pickle
import struct
import sys
import tarfile
import types
import zipfile
import zlib
from pathlib import Path

CORPUS = Path(__file__).resolve().parent / "corpus"


def put(target, name, content):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)


# ---- weight files


def safetensors(header, data=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def entry(dtype, shape, begin, end):
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def fake_torch():
    """Modules and classes with the names that torch.save writes, and nothing in them."""
    modules = {name: types.ModuleType(name) for name in ("torch", "torch._utils")}
    for module, names in {"torch": ["FloatStorage", "HalfStorage", "LongStorage", "Size"],
                          "torch._utils": ["_rebuild_tensor_v2", "_rebuild_parameter"]}.items():
        for name in names:
            made = type(name, (), {}) if not name.startswith("_") else types.FunctionType(
                (lambda *arguments: None).__code__, {}, name)
            made.__module__ = module
            made.__qualname__ = name
            setattr(modules[module], name, made)
    sys.modules.update(modules)
    return modules["torch"], modules["torch._utils"]


class Storage:
    def __init__(self, kind, key, count):
        self.kind, self.key, self.count = kind, key, count


class Tensor:
    def __init__(self, storage, offset, size, stride):
        self.parts = (storage, offset, size, stride, False, {})

    def __reduce__(self):
        return sys.modules["torch._utils"]._rebuild_tensor_v2, self.parts


class Parameter:
    def __init__(self, tensor):
        self.tensor = tensor

    def __reduce__(self):
        return sys.modules["torch._utils"]._rebuild_parameter, (self.tensor, True, {})


class Pickler(pickle._Pickler):  # the one in Python asks persistent_id for everything
    def persistent_id(self, thing):
        if isinstance(thing, Storage):
            return "storage", thing.kind, thing.key, "cpu", thing.count
        return None


def pickled(thing):
    out = io.BytesIO()
    Pickler(out, protocol=2).dump(thing)
    return out.getvalue()


def archive(thing, storages, folder="archive"):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        def add(name, content):
            packed.writestr(zipfile.ZipInfo(folder + "/" + name, (1980, 1, 1, 0, 0, 0)), content)
        add("data.pkl", pickled(thing))
        for key, content in storages.items():
            add("data/" + key, content)
        add("version", b"3\n")
    return out.getvalue()


def plain_archive(thing, storages):
    out = pickled(0x1950A86A20F9469CFC6C) + pickled(1001)
    out += pickled({"protocol_version": 1001, "little_endian": True,
                    "type_sizes": {"short": 2, "int": 4, "long": 4}})
    out += pickled(thing) + pickled(list(storages))
    for count, content in storages.values():
        out += struct.pack("<q", count) + content
    return out


def make_weights():
    data = struct.pack("<6f", *range(6))
    put("safetensors", "two_tensors", safetensors(
        {"__metadata__": {"format": "pt"}, "a": entry("F32", [2, 2], 0, 16), "b": entry("F16", [4], 16, 24)}, data))
    put("safetensors", "scalar_and_empty", safetensors(
        {"s": entry("I64", [], 0, 8), "e": entry("F32", [0, 3], 8, 8), "t": entry("BOOL", [1], 8, 9)}, data[:9]))
    put("safetensors", "no_tensors", safetensors({}))
    put("safetensors", "cut", safetensors({"a": entry("F32", [2, 2], 0, 16)}, data[:9]))
    put("safetensors", "overlap", safetensors({"a": entry("U8", [9], 0, 9), "b": entry("I8", [4], 8, 12)}, data[:12]))
    put("safetensors", "huge_header", struct.pack("<Q", 1 << 60) + b"{}")

    torch, _ = fake_torch()
    floats = Storage(torch.FloatStorage, "0", 6)
    halves = Storage(torch.HalfStorage, "1", 4)
    state = {"a.weight": Tensor(floats, 0, (2, 3), (3, 1)), "a.turned": Tensor(floats, 0, (3, 2), (1, 3)),
             "b": Parameter(Tensor(halves, 1, (2,), (1,))), "empty": Tensor(floats, 0, (0, 3), (3, 1))}
    content = {"0": data, "1": struct.pack("<4e", 1, 2, 3, 4)}
    put("torch_archive", "state", archive(state, content))
    put("torch_archive", "nested", archive(
        {"model": state, "epoch": 3, "name": "x", "list": [1, 2.5, None, True], "big": 1 << 70}, content))
    put("torch_archive", "plain", plain_archive(state, {"0": (6, content["0"]), "1": (4, content["1"])}))
    put("torch_archive", "bare_tensor", archive(Tensor(floats, 0, (2, 3), (3, 1)), content))
    put("torch_archive", "outside", archive({"a": Tensor(floats, 4, (2, 3), (3, 1))}, content))
    put("torch_archive", "cut", archive(state, content)[:300])
    put("torch_archive", "refused", archive(print, content))

    def npy(header, content):
        text = header.encode() + b" " * (54 - len(header)) + b"\n"
        return b"npy\n\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + content
    put("vector_file", "npy_f4", npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}", data))
    put("vector_file", "npy_f8", npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 3), }", data))
    put("vector_file", "npy_fortran", npy("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3)}", data))
    put("vector_file", "npy_cut", npy("{'descr': '<f4', 'fortran_order': False, 'shape': (9, 9)}", data))
    put("vector_file", "safetensors", b"safetensors\n" + safetensors({"vectors": entry("F32", [2, 3], 0, 24)}, data))
    put("vector_file", "torch", b"pt\n" + archive(Tensor(floats, 0, (2, 3), (3, 1)), content))


# ---- data sets, scores, questions


def lines(rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def tar(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as packed:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            packed.addfile(info, io.BytesIO(content))
    return out.getvalue().rstrip(b"\0") + b"\0" * 1024


def make_data_sets():
    align = {"annotations": [{"image_id": "2", "caption": "A dog."}, {"image_id": 3, "caption": "Two  boats\n"}]}
    llava = [{"id": "1", "image": "a.jpg", "conversations": [
        {"from": "human", "value": "<image>\nWhat is it?"}, {"from": "gpt", "value": "A dog."}]},
        {"id": "2", "conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"},
                                      {"from": "human", "value": "c"}, {"from": "gpt", "value": "d"}]}]
    messages = [{"messages": [{"role": "user", "content": "What?"}, {"role": "assistant", "content": "A dog."}],
                 "images": ["a.jpg"]}]
    sharegpt = [{"conversations": [{"from": "human", "value": "What?"}, {"from": "gpt", "value": "A dog."}],
                 "images": ["a.jpg"]}]
    coco = {"images": [{"id": 7, "file_name": "a.jpg"}],
            "annotations": [{"image_id": 7, "id": 1, "caption": "A dog."}]}
    rows = [{"id": "a", "image": "a.jpg", "instruction": "What?", "response": "A dog.", "clip": 28.5},
            {"image": ["a.jpg", "b.jpg"], "caption": "Zwei Boote, 两只船"}]
    table = 'id,image,caption,clip\na,a.jpg,"A ""red"" dog, running",28\nb,b.jpg,"two\nlines",\n'
    put("import_cc_sbu_align", "annotations", json.dumps(align, indent=1))
    put("import_cc_sbu_align", "list", json.dumps(align["annotations"]))
    put("import_cc_sbu_align", "bad_rows", '[{"image_id":1},{"caption":"x"},7,{"image_id":"","caption":3},{"image_id":"../x","caption":"c"}]')
    put("import_cc_sbu_align", "cut", json.dumps(align)[:70])
    put("import_llava", "two", json.dumps(llava))
    put("import_llava", "bad_rows", '[{"id":1,"conversations":[]},{"conversations":"x"},{"conversations":[{"from":"x","value":"y"}]},{"id":"a","image":"/etc/x","conversations":[{"from":"gpt","value":"\\ud800"}]}]')
    put("import_llava", "utf16", ("\ufeff" + json.dumps(llava[1:])).encode("utf-16-le"))
    put("import_llava", "tail", json.dumps(llava[:1]) + " x")
    put("import_jsonl", "rows", lines(rows))
    put("import_jsonl", "messages", lines(llava + messages))
    put("import_jsonl", "list", json.dumps(rows))
    put("import_jsonl", "broken", lines(rows) + '{"id": "c", "respo')
    put("import_jsonl", "not_utf8", b'{"id":"a","response":"caf\xe9"}\n{"id":"b","response":"ok"}\n')
    put("import_csv", "comma", table)
    put("import_csv", "tab", "image\tcaption\na.jpg#0\tA dog.\r\na.jpg#1\tA hound .\r\n")
    put("import_csv", "bar", "image|text\n a.jpg| a \n\n\nb.jpg|b|c\n")
    put("import_csv", "open_quote", 'image,caption\na.jpg,"never closed\n')
    put("import_csv", "gb18030", "image,caption\na.jpg,两只船在水上\nb.jpg,一只狗\n".encode("gb18030"))
    sample = {"0001.jpg": b"x", "0001.txt": b"A dog.", "0002.jpg": b"y",
              "0002.json": b'{"caption": "Two boats.", "id": "b"}'}
    for name, head, content in (
            ("align", "auto json", json.dumps(align)), ("llava", "auto json", json.dumps(llava)),
            ("jsonl", "auto jsonl", lines(rows)), ("csv", "auto csv", table), ("text", "auto txt", "hello"),
            ("sharegpt", "sharegpt json", json.dumps(sharegpt)), ("messages", "messages jsonl", lines(messages)),
            ("coco", "coco json", json.dumps(coco)),
            ("imagefolder", "imagefolder jsonl", lines([{"file_name": "a.jpg", "text": "A dog."}])),
            ("webdataset", "webdataset tar", tar(sample)), ("tar", "auto tar", tar(sample)[:1536]),
            ("parquet", "auto parquet", b"PAR1\x15\x04\x00\x00PAR1")):
        put("import_any", name, (head + "\n").encode() + (content.encode() if isinstance(content, str) else content))


def make_scores():
    put("metric_file", "by_id", '{"a": 1, "b": 2.5, "c": null}')
    put("metric_file", "objects", '{"a": {"clip": 1, "len": 2}, "b": {"clip": -3e2}}')
    put("metric_file", "list", '[{"id": "a", "clip": 1}, {"image_id": 2, "clip": "3"}, {"id": "a", "clip": 4}]')
    put("metric_file", "annotations", '{"annotations": [{"image_id": "1", "clip": 1}]}')
    put("metric_file", "vectors", '{"clip": [1, 2, null], "len": [3, 4, 5]}')
    put("metric_file", "lines", '{"id": "a", "clip": 1}\n{"id": "b", "clip": NaN}\n{"id":')
    put("metric_file", "table", "id,clip,note\na,1,x\nb,,y\nc,1e999,z\n")
    put("cluster_file", "numbers", '{"1": ["a", 2], "0": [], "10": ["c"]}')
    put("cluster_file", "names", '{"boats": ["a"], "dogs": ["b", "c"]}')
    put("cluster_file", "twice", '{"a": ["x"], "a": ["y"], "b": ["x"]}')
    question = {"image": "a.jpg", "question": "Is it red?", "answer": "yes", "category": "colour"}
    put("question_file", "jsonl", "jsonl\n" + lines([question, {"image": "b.jpg", "text": "t", "label": "no"}]))
    put("question_file", "pope", "pope\n" + lines([{"image": "a.jpg", "text": "Is there a dog?", "label": "no"}]))
    put("question_file", "tsv", "tsv\nimage\tquestion\tanswer\tcategory\na.jpg\tIs it?\tYes.\tx\n../b.jpg\tq\tno\n")
    put("question_file", "mme", "mme\nIs it red?\tYes\nIs it blue?\tNo\n\nno tab\n")
    put("answer_file", "going_on", '{"header":{"benchmark":"b"}}\n{"question":0,"answer":"Yes","correct":true}\n{"question":2,"an')
    put("answer_file", "other", '{"header":{"benchmark":"c"}}\n{"question":9,"answer":"Yes","correct":1}\n')


# ---- tokenizers, queries, pictures, projects, configurations


def varint(value):
    out = b""
    while value >= 0x80:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def field(number, content):
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    return varint(number << 3 | 2) + varint(len(content)) + content


def piece(text, score=0.0, kind=1):
    body = field(1, text.encode()) + varint(2 << 3 | 5) + struct.pack("<f", score)
    return field(1, body + (field(3, kind) if kind != 1 else b""))


def make_tokenizers():
    words = ["\u2581", "a", "d", "o", "g", "do", "dog", "\u2581dog", "n", "r", "u", "s", "un", "run", "runs"]
    pieces = piece("<unk>", 0, 2) + piece("<s>", 0, 3) + piece("</s>", 0, 3)
    ranked = b"".join(piece(word, -float(i)) for i, word in enumerate(words))
    put("sentencepiece", "byte_pair", pieces + ranked + field(2, field(3, 2)) + field(3, field(3, 1)))
    put("sentencepiece", "unigram", pieces + piece("dogs", -1, 4) + ranked + field(2, field(3, 1)))
    all_bytes = b"".join(piece("<0x%02X>" % value, 0, 6) for value in range(256))
    put("sentencepiece", "bytes", pieces + all_bytes + ranked + field(2, field(3, 2) + field(35, 1)))
    units = struct.pack("<256I", *([0] * 256))
    table = struct.pack("<I", len(units)) + units + b"x\0"
    put("sentencepiece", "normalised", pieces + ranked + field(2, field(3, 1)) + field(3, field(2, table)))
    put("sentencepiece", "words", pieces + ranked + field(2, field(3, 3)))

    symbols = list("abdeginorstuw") + [letter + "</w>" for letter in "adgnorstw"]
    merges = [("d", "o"), ("do", "g</w>"), ("t", "w"), ("tw", "o</w>")]
    vocabulary = symbols + [left + right for left, right in merges] + ["<|startoftext|>", "<|endoftext|>"]
    ids = json.dumps({symbol: number for number, symbol in enumerate(vocabulary)})
    text = "#version: 0.2\n" + "".join("%s %s\n" % pair for pair in merges)
    put("clip_vocabulary", "hugging_face", ids + "\n%%\n" + text)
    put("clip_vocabulary", "no_end", ids.replace("<|endoftext|>", "x") + "\n%%\n" + text)
    put("clip_vocabulary", "packed", gzip.compress(b'"bpe_simple_vocab"\n' + text.split("\n", 1)[1].encode(), mtime=0))
    put("clip_vocabulary", "packed_cut", gzip.compress(text.encode(), mtime=0)[:40])


def make_queries():
    for name, text in {
            "compare": 'clip > 28 and words <= 60', "range": 'length in 2..4', "percentile": "clip >= p90",
            "cluster": 'cluster(k) = "boats" or cluster = 1', "verdict": "verdict = pinned chosen stars >= 3",
            "text": 'not ("dog" or image = missing)', "has": "has(clip) missing(`clip.published`)",
            "open": 'clip > 3 and ("dog', "nested": "((((not not clip != -1e3))))", "id": 'id = "2"'}.items():
        put("query", name, text)


def png(width, height, kind=2, data=None):
    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
    channels = {0: 1, 2: 3, 6: 4}[kind]
    rows = data or b"".join(b"\0" + bytes((x * 7 + y) % 256 for x in range(width * channels)) for y in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def make_pictures():
    put("image", "rgb.png", png(12, 8))
    put("image", "grey.png", png(5, 3, 0))
    put("image", "alpha.png", png(4, 4, 6))
    put("image", "bomb.png", png(60000, 60000, 2, b"\0"))
    put("image", "still.gif", b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;")
    put("image", "picture.avif", b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1")


def make_projects():
    def patch(place, content):
        return bytes([0]) + place.to_bytes(3, "big") + bytes([len(content)]) + content

    def cell(table, column, row, kind, content):
        return bytes([1, table, column, row, kind, len(content)]) + content
    put("project", "unchanged", b"")
    put("project", "version", patch(60, struct.pack(">I", 99)))
    put("project", "page", patch(4096 * 5 + 3, b"\xff\xff\x00\x01"))
    put("project", "cut", bytes([2]) + (30000).to_bytes(3, "big"))
    for table in range(24):
        put("project", "cells_of_table_%02d" % table, b"".join(
            cell(table, column, row, kind, content)
            for column in range(1, 7)
            for row, kind, content in ((0, 1, b"[{\"a\":"), (1, 2, b"\xff\xff\xff\xff\x0f\x01"))))


def make_configs():
    clip = {"model_type": "clip", "projection_dim": 16, "text_config": {"hidden_size": 32, "num_attention_heads": 4},
            "vision_config": {"hidden_size": 32, "image_size": 32, "patch_size": 8}}
    put("config", "clip", json.dumps(clip))
    put("config", "open_clip", json.dumps({"model_cfg": {"embed_dim": 16, "vision_cfg": {
        "image_size": 32, "layers": 2, "width": 64, "patch_size": 8}, "text_cfg": {
        "context_length": 77, "vocab_size": 100, "width": 32, "heads": 4, "layers": 2}}}))
    put("config", "llama", json.dumps({"model_type": "llama", "hidden_size": 64, "num_attention_heads": 8,
                                       "num_hidden_layers": 2, "intermediate_size": 96, "rms_norm_eps": 1e-5}))
    put("config", "deberta", json.dumps({"model_type": "deberta-v2", "hidden_size": 64, "num_hidden_layers": 2,
                                         "relative_attention": True, "pos_att_type": "p2c|c2p", "num_labels": 1}))
    put("config", "vlm", json.dumps({"visual_encoder": {"hidden_size": 64}, "Qformer": {"hidden_size": 32},
                                     "llama_model": {"hidden_size": 64}, "prompt_template": "[INST] {} [/INST]"}))
    put("config", "bert", json.dumps({"model_type": "bert", "vocab_size": 100, "hidden_size": 32, "num_hidden_layers": 2,
                                      "num_attention_heads": 4, "intermediate_size": 64, "max_position_embeddings": 64}))
    put("config", "blip2", json.dumps({"model_type": "blip-2", "num_query_tokens": 8,
                                       "vision_config": {"image_size": 28, "patch_size": 14, "hidden_size": 32,
                                                         "num_hidden_layers": 2, "num_attention_heads": 4,
                                                         "intermediate_size": 64},
                                       "qformer_config": {"hidden_size": 32, "num_hidden_layers": 2,
                                                          "num_attention_heads": 4, "encoder_hidden_size": 32},
                                       "text_config": {"model_type": "opt", "hidden_size": 32}}))
    put("config", "wrong_types", '{"hidden_size": "64", "num_attention_heads": 1e300, "text_config": [], "rms_norm_eps": null}')


def make_listings():
    def listing(*siblings):
        return json.dumps({"id": "owner/model", "sha": "a" * 40, "siblings": list(siblings)})

    def file(path, **more):
        return {"rfilename": path, "size": 12, "blobId": "b" * 40, **more}
    put("hub_listing", "two_files", listing(file("config.json"), file(
        "model.safetensors", lfs={"sha256": "c" * 64, "size": 700, "pointerSize": 130})))
    put("hub_listing", "unsafe_paths", listing(file("../../etc/passwd"), file("/a"), file("a//b"), file("a\\b"), file("")))
    put("hub_listing", "wrong_sizes", listing(file("a", size=-1), file("b", size=1e300), file("c", size="12")))
    put("hub_listing", "licence", json.dumps({"sha": "a" * 40, "siblings": [], "gated": "manual", "cardData": {
        "license": ["mit", "other"], "license_name": "x\u0000y"}, "config": {"model_type": "llama"}}))
    put("hub_listing", "page", "<html><body>503</body></html>")


if __name__ == "__main__":
    make_weights()
    make_data_sets()
    make_scores()
    make_tokenizers()
    make_queries()
    make_pictures()
    make_projects()
    make_configs()
    make_listings()
