// Numbers that look random and are the same every time, for inputs that test or time the kernels.
#pragma once

#include <cstddef>
#include <cstdint>

namespace doorward::hamming {

// xorshift64 (Marsaglia, "Xorshift RNGs", 2003).
class Numbers {
   public:
    explicit Numbers(std::uint64_t seed) : state_(seed) {}  // not zero

    std::uint64_t operator()() {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        return state_;
    }
    std::size_t below(std::size_t end) { return end == 0 ? 0 : static_cast<std::size_t>((*this)() % end); }

   private:
    std::uint64_t state_;
};

}  // namespace doorward::hamming
