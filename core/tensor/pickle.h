#pragma once

#include <torch/types.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace winnow::tensor {

/// One value that a pickle program made. Containers point at other values of the same machine and may share them.
struct PickleValue {
    enum class Kind { None, Bool, Int, Real, String, List, Tuple, Dict, Name, Storage, Tensor };

    Kind kind = Kind::None;
    torch::ScalarType type = torch::kFloat; ///< Storage
    std::int64_t integer = 0;               ///< Bool, Int; Storage: number of elements; Tensor: offset in elements
    double real = 0;
    std::string text;                ///< String; Name "module.name"; Storage: key; Int of more than 8 bytes: the bytes
    std::vector<PickleValue*> items; ///< List, Tuple; Dict: key, value, key, value...; Tensor: storage, sizes, strides
};

/// Runs the pickle programs of torch files in a world without names: it knows how to make the kinds above and refuses
/// anything else by its name. Nothing is called, imported or evaluated. Limits: 64 MB of program, two million values.
/// The values live as long as the machine.
class PickleMachine {
public:
    /// `what` names the file in messages.
    PickleMachine(std::span<const std::byte> program, std::string what);

    /// Runs from the current position to the next STOP. Throws Error: BadFile, Unsupported (a refused name), TooLarge.
    PickleValue* run();
    /// Where the next program starts.
    std::size_t position() const { return m_at; }

private:
    using Kind = PickleValue::Kind;

    [[noreturn]] void fail(const std::string& problem) const;
    std::span<const std::byte> take(std::uint64_t size);
    template <typename Number> Number number();
    std::string_view line();
    PickleValue* make(Kind kind);
    void pushText(std::uint64_t size);
    void pushInt(std::int64_t value);
    void pushLong(std::uint64_t size);
    PickleValue* pop();
    PickleValue* top() const;
    std::vector<PickleValue*> popToMark();
    PickleValue* expect(PickleValue* value, Kind kind, std::string_view role) const;
    void remember(std::uint64_t index);
    void recall(std::uint64_t index);

    bool step(unsigned char code);
    bool stepLiteral(unsigned char code);
    bool stepContainer(unsigned char code);
    bool stepMemo(unsigned char code);
    bool stepObject(unsigned char code);
    void pushTuple(std::size_t count);
    void extend(std::string_view role, Kind kind);
    void pushName(const std::string& module, const std::string& name);
    void pushStorage();
    void reduce();
    void rebuildTensor(const std::vector<PickleValue*>& arguments);

    std::span<const std::byte> m_program;
    std::string m_what;
    std::size_t m_at = 0;
    std::deque<PickleValue> m_values;
    std::vector<PickleValue*> m_stack;
    std::vector<std::size_t> m_marks;
    std::unordered_map<std::uint64_t, PickleValue*> m_memo;
};

} // namespace winnow::tensor
