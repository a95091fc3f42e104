#include "core/tensor/pickle.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

namespace winnow::tensor {

namespace {

    constexpr std::uint64_t kMaxProgramBytes = 64'000'000;
    constexpr std::size_t kMaxValues = 2'000'000;
    constexpr std::size_t kMaxMarks = 10'000;

    constexpr std::array<std::pair<std::string_view, torch::ScalarType>, 10> kStorages{{
        {"torch.DoubleStorage", torch::kDouble},
        {"torch.FloatStorage", torch::kFloat},
        {"torch.HalfStorage", torch::kHalf},
        {"torch.BFloat16Storage", torch::kBFloat16},
        {"torch.LongStorage", torch::kLong},
        {"torch.IntStorage", torch::kInt},
        {"torch.ShortStorage", torch::kShort},
        {"torch.CharStorage", torch::kChar},
        {"torch.ByteStorage", torch::kByte},
        {"torch.BoolStorage", torch::kBool},
    }};
    constexpr std::array<std::string_view, 5> kNames{"collections.OrderedDict", "torch._utils._rebuild_tensor",
        "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_parameter", "torch.Size"};

    const torch::ScalarType* findStorageType(std::string_view name)
    {
        for (const auto& [storage, type] : kStorages)
            if (storage == name)
                return &type;
        return nullptr;
    }

} // namespace

PickleMachine::PickleMachine(std::span<const std::byte> program, std::string what)
    : m_program(program)
    , m_what(std::move(what))
{
}

void PickleMachine::fail(const std::string& problem) const
{
    throw Error(ErrorCode::BadFile, text::join("cannot read ", m_what, " as a torch archive: ", problem));
}

std::span<const std::byte> PickleMachine::take(std::uint64_t size)
{
    if (size > m_program.size() - m_at)
        fail("its description of the tensors is cut off");
    const auto out = m_program.subspan(m_at, size);
    m_at += size;
    return out;
}

template <typename Number> Number PickleMachine::number()
{
    Number value = 0;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
}

std::string_view PickleMachine::line()
{
    const std::string_view rest(reinterpret_cast<const char*>(m_program.data()) + m_at, m_program.size() - m_at);
    const auto end = rest.substr(0, 1000).find('\n');
    if (end == std::string_view::npos)
        fail("its description of the tensors is broken");
    m_at += end + 1;
    return rest.substr(0, end);
}

PickleValue* PickleMachine::make(Kind kind)
{
    if (m_values.size() >= kMaxValues)
        throw Error(ErrorCode::TooLarge,
            text::join("cannot read ", m_what, " as a torch archive: it describes more than ", kMaxValues, " values"));
    m_values.emplace_back().kind = kind;
    return &m_values.back();
}

void PickleMachine::pushText(std::uint64_t size)
{
    const auto bytes = take(size);
    auto* const value = make(Kind::String);
    value->text.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (!text::isValidUtf8(value->text))
        fail("it contains a text that is not UTF-8");
    m_stack.push_back(value);
}

void PickleMachine::pushInt(std::int64_t value)
{
    auto* const made = make(Kind::Int);
    made->integer = value;
    m_stack.push_back(made);
}

/// Two's complement, little-endian; what does not fit into 64 bits is kept as a real number beside its bytes.
void PickleMachine::pushLong(std::uint64_t size)
{
    const auto bytes = take(size);
    if (size <= 8) {
        std::uint64_t value = size > 0 && (std::to_integer<unsigned>(bytes.back()) & 0x80) != 0 ? ~std::uint64_t(0) : 0;
        for (std::size_t i = 0; i < size; ++i) {
            value &= ~(std::uint64_t(0xFF) << (8 * i));
            value |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
        }
        pushInt(static_cast<std::int64_t>(value));
        return;
    }
    if (size > 255)
        fail("it contains a number of more than 255 bytes");
    auto* const made = make(Kind::Real);
    made->text.assign(reinterpret_cast<const char*>(bytes.data()), size);
    for (std::size_t i = size; i-- > 0;)
        made->real = made->real * 256 + std::to_integer<int>(bytes[i]);
    m_stack.push_back(made);
}

PickleValue* PickleMachine::top() const
{
    if (m_stack.empty() || (!m_marks.empty() && m_marks.back() == m_stack.size()))
        fail("its description of the tensors is broken");
    return m_stack.back();
}

PickleValue* PickleMachine::pop()
{
    auto* const value = top();
    m_stack.pop_back();
    return value;
}

std::vector<PickleValue*> PickleMachine::popToMark()
{
    if (m_marks.empty())
        fail("its description of the tensors is broken");
    const auto from = m_stack.begin() + static_cast<std::ptrdiff_t>(m_marks.back());
    std::vector<PickleValue*> items(from, m_stack.end());
    m_stack.erase(from, m_stack.end());
    m_marks.pop_back();
    return items;
}

PickleValue* PickleMachine::expect(PickleValue* value, Kind kind, std::string_view role) const
{
    if (value->kind != kind)
        fail(text::join("its description of the tensors has no valid ", role));
    return value;
}

void PickleMachine::remember(std::uint64_t index)
{
    m_memo[index] = top();
    if (m_memo.size() > kMaxValues)
        fail("its description of the tensors is broken");
}

void PickleMachine::recall(std::uint64_t index)
{
    const auto found = m_memo.find(index);
    if (found == m_memo.end())
        fail("its description of the tensors refers to a value that is not there");
    m_stack.push_back(found->second);
    if (m_stack.size() > 2 * kMaxValues)
        fail("its description of the tensors is broken");
}

PickleValue* PickleMachine::run()
{
    if (m_program.size() - m_at > kMaxProgramBytes && m_at == 0)
        m_program = m_program.first(kMaxProgramBytes); // a plain file has its tensors behind the program
    m_stack.clear();
    m_marks.clear();
    m_memo.clear();
    for (;;) {
        const auto code = std::to_integer<unsigned char>(take(1)[0]);
        if (code == '.')
            return pop();
        if (!step(code))
            fail(text::join("its description of the tensors uses the pickle operation ", int(code),
                ", which weight files do not need"));
    }
}

bool PickleMachine::step(unsigned char code)
{
    return stepLiteral(code) || stepContainer(code) || stepMemo(code) || stepObject(code);
}

bool PickleMachine::stepLiteral(unsigned char code)
{
    switch (code) {
    case 'N':
        m_stack.push_back(make(Kind::None));
        return true;
    case 0x88: // NEWTRUE
    case 0x89: // NEWFALSE
        m_stack.push_back(make(Kind::Bool));
        m_stack.back()->integer = code == 0x88 ? 1 : 0;
        return true;
    case 'J':
        pushInt(number<std::int32_t>());
        return true;
    case 'K':
        pushInt(number<std::uint8_t>());
        return true;
    case 'M':
        pushInt(number<std::uint16_t>());
        return true;
    case 0x8a:
        pushLong(number<std::uint8_t>());
        return true;
    case 0x8b:
        pushLong(number<std::uint32_t>());
        return true;
    case 'G': { // BINFLOAT is big-endian
        const auto bits = __builtin_bswap64(number<std::uint64_t>());
        m_stack.push_back(make(Kind::Real));
        m_stack.back()->real = std::bit_cast<double>(bits);
        return true;
    }
    case 'X':
    case 'T':
        pushText(number<std::uint32_t>());
        return true;
    case 0x8c:
    case 'U':
        pushText(number<std::uint8_t>());
        return true;
    case 0x8d:
        pushText(number<std::uint64_t>());
        return true;
    default:
        return false;
    }
}

void PickleMachine::pushTuple(std::size_t count)
{
    auto* const tuple = make(Kind::Tuple);
    tuple->items.resize(count);
    for (std::size_t i = count; i-- > 0;)
        tuple->items[i] = pop();
    m_stack.push_back(tuple);
}

/// Everything above the mark goes into the container below it.
void PickleMachine::extend(std::string_view role, Kind kind)
{
    const auto items = popToMark();
    auto* const target = expect(top(), kind, role);
    if (kind == Kind::Dict && items.size() % 2 != 0)
        fail("its description of the tensors has a key without a value");
    target->items.insert(target->items.end(), items.begin(), items.end());
}

bool PickleMachine::stepContainer(unsigned char code)
{
    switch (code) {
    case '}':
        m_stack.push_back(make(Kind::Dict));
        return true;
    case ']':
        m_stack.push_back(make(Kind::List));
        return true;
    case ')':
        pushTuple(0);
        return true;
    case 0x85:
        pushTuple(1);
        return true;
    case 0x86:
        pushTuple(2);
        return true;
    case 0x87:
        pushTuple(3);
        return true;
    case '(':
        m_marks.push_back(m_stack.size());
        if (m_marks.size() > kMaxMarks)
            fail("its description of the tensors is nested too deeply");
        return true;
    case 't': {
        auto items = popToMark();
        m_stack.push_back(make(Kind::Tuple));
        m_stack.back()->items = std::move(items);
        return true;
    }
    case 'a': {
        auto* const item = pop();
        expect(top(), Kind::List, "list")->items.push_back(item);
        return true;
    }
    case 's': {
        auto* const item = pop();
        auto* const key = pop();
        auto& items = expect(top(), Kind::Dict, "dictionary")->items;
        items.insert(items.end(), {key, item});
        return true;
    }
    case 'e':
        extend("list", Kind::List);
        return true;
    case 'u':
        extend("dictionary", Kind::Dict);
        return true;
    case '0':
        pop();
        return true;
    default:
        return false;
    }
}

bool PickleMachine::stepMemo(unsigned char code)
{
    switch (code) {
    case 0x80:
        number<std::uint8_t>();
        return true; // PROTO
    case 0x95:
        number<std::uint64_t>();
        return true; // FRAME
    case 'q':
        remember(number<std::uint8_t>());
        return true;
    case 'r':
        remember(number<std::uint32_t>());
        return true;
    case 0x94:
        remember(m_memo.size());
        return true;
    case 'h':
        recall(number<std::uint8_t>());
        return true;
    case 'j':
        recall(number<std::uint32_t>());
        return true;
    default:
        return false;
    }
}

bool PickleMachine::stepObject(unsigned char code)
{
    switch (code) {
    case 'c': {
        const std::string module(line());
        pushName(module, std::string(line()));
        return true;
    }
    case 0x93: {
        const auto* const name = expect(pop(), Kind::String, "name");
        pushName(expect(pop(), Kind::String, "name")->text, name->text);
        return true;
    }
    case 'Q':
        pushStorage();
        return true;
    case 'R':
        reduce();
        return true;
    case 'b': // only the `_metadata` that state dictionaries carry
        expect(pop(), Kind::Dict, "dictionary");
        expect(top(), Kind::Dict, "dictionary");
        return true;
    default:
        return false;
    }
}

void PickleMachine::pushName(const std::string& module, const std::string& name)
{
    auto* const value = make(Kind::Name);
    value->text = module + "." + name;
    const bool known = std::find(kNames.begin(), kNames.end(), value->text) != kNames.end();
    if (!known && findStorageType(value->text) == nullptr)
        throw Error(ErrorCode::Unsupported,
            text::join("cannot read ", m_what, " as a torch archive: it asks for ", text::shortened(value->text, 100),
                ", which is refused; only tensors, dictionaries, lists, tuples, numbers and texts are read"));
    m_stack.push_back(value);
}

/// ("storage", torch.FloatStorage, key, device, number of elements)
void PickleMachine::pushStorage()
{
    const auto* const id = expect(pop(), Kind::Tuple, "storage");
    if (id->items.size() < 5 || id->items[0]->text != "storage"
        || (id->items.size() > 5 && id->items[5]->kind != Kind::None))
        fail("its description of the tensors has no valid storage");
    const auto* const type = findStorageType(expect(id->items[1], Kind::Name, "storage type")->text);
    if (type == nullptr)
        fail("its description of the tensors has no valid storage type");
    auto* const storage = make(Kind::Storage);
    storage->type = *type;
    storage->text = expect(id->items[2], Kind::String, "storage key")->text;
    storage->integer = expect(id->items[4], Kind::Int, "storage size")->integer;
    m_stack.push_back(storage);
}

void PickleMachine::reduce()
{
    const auto* const arguments = expect(pop(), Kind::Tuple, "arguments");
    const auto* const called = expect(pop(), Kind::Name, "name");
    const auto& items = arguments->items;
    if (called->text == "collections.OrderedDict" && items.empty()) {
        m_stack.push_back(make(Kind::Dict));
        return;
    }
    if (called->text == "collections.OrderedDict"
        && items.size() == 1) { // a list of [key, value], as Python 2 wrote it
        auto* const dict = make(Kind::Dict);
        for (const auto* const pair : expect(items[0], Kind::List, "dictionary")->items) {
            if (pair->items.size() != 2 || (pair->kind != Kind::List && pair->kind != Kind::Tuple))
                fail("its description of the tensors has no valid dictionary");
            dict->items.insert(dict->items.end(), pair->items.begin(), pair->items.end());
        }
        m_stack.push_back(dict);
        return;
    }
    if (called->text == "torch.Size" && items.size() == 1) {
        m_stack.push_back(expect(items[0], Kind::Tuple, "size"));
        return;
    }
    if (called->text == "torch._utils._rebuild_parameter" && !items.empty()) {
        m_stack.push_back(expect(items[0], Kind::Tensor, "parameter"));
        return;
    }
    rebuildTensor(called->text.starts_with("torch._utils._rebuild_tensor") ? items : std::vector<PickleValue*>{});
}

/// (storage, offset, sizes, strides, ...)
void PickleMachine::rebuildTensor(const std::vector<PickleValue*>& arguments)
{
    if (arguments.size() < 4)
        fail("its description of the tensors has no valid tensor");
    auto* const tensor = make(Kind::Tensor);
    tensor->items = {expect(arguments[0], Kind::Storage, "storage"), expect(arguments[2], Kind::Tuple, "shape"),
        expect(arguments[3], Kind::Tuple, "strides")};
    tensor->integer = expect(arguments[1], Kind::Int, "offset")->integer;
    m_stack.push_back(tensor);
}

} // namespace winnow::tensor
