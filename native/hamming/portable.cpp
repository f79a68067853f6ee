// The kernels for any processor, in plain C++. They are the ones that the others are tested against.
#include "bits.hpp"
#include "loops.hpp"

namespace doorward::hamming {
namespace {

struct Count {
    static unsigned differing(const std::uint64_t* a, const std::uint64_t* b) {
        const std::uint64_t bits[kWords] = {a[0] ^ b[0], a[1] ^ b[1], a[2] ^ b[2], a[3] ^ b[3]};
        return popcount256(bits);
    }
};

constexpr std::size_t kBlock = 32;  // entries counted together, by as wide vectors as the compiler may use

std::size_t filter(const std::uint16_t* nexts, std::size_t begin, std::size_t end, std::size_t,
                   std::uint16_t wanted, unsigned limit, std::uint32_t* found) {
    std::size_t count = 0;
    std::size_t place = begin;
    for (; place + kBlock <= end; place += kBlock) {
        std::uint16_t close[kBlock];
        std::uint16_t any = 0;
        for (std::size_t i = 0; i < kBlock; ++i) {
            const auto bits = popcount16(static_cast<std::uint16_t>(nexts[place + i] ^ wanted));
            close[i] = bits <= limit;
            any = static_cast<std::uint16_t>(any | close[i]);
        }
        for (std::size_t i = 0; any != 0 && i < kBlock; ++i) {
            found[count] = static_cast<std::uint32_t>(place + i);
            count += close[i];
        }
    }
    for (; place < end; ++place) {
        if (popcount16(static_cast<std::uint16_t>(nexts[place] ^ wanted)) <= limit) {
            found[count++] = static_cast<std::uint32_t>(place);
        }
    }
    return count;
}

}  // namespace

const Kernels kPortable{"portable", &filter, &Loops<Count>::scan, &Loops<Count>::gather,
                        &Loops<Count>::distances};

}  // namespace doorward::hamming
