#include "dispatch.hpp"

#include <stdexcept>

#include "self_test.hpp"

namespace doorward::hamming {
namespace {

// The processor's own sets, the best first. Asked at run time: what the machine that compiled this
// has says nothing about the one that runs it.
std::vector<const Kernels*> supported() {
    std::vector<const Kernels*> sets;
#if defined(DOORWARD_X86_KERNELS)
    const bool popcnt = __builtin_cpu_supports("popcnt");
    if (popcnt && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vpopcntdq") && __builtin_cpu_supports("avx512bitalg")) {
        sets.push_back(&kAvx512);
    }
    if (popcnt && __builtin_cpu_supports("avx2")) {
        sets.push_back(&kAvx2);
    }
#endif
    return sets;
}

struct Tested {
    std::vector<const Kernels*> agreeing;
    std::vector<const Kernels*> disagreeing;

    Tested() {
        for (const Kernels* set : supported()) {
            (agree(kPortable, *set) ? agreeing : disagreeing).push_back(set);
        }
        agreeing.push_back(&kPortable);
    }
};

const Tested& tested() {
    static const Tested once;
    return once;
}

}  // namespace

const std::vector<const Kernels*>& available() { return tested().agreeing; }

const std::vector<const Kernels*>& disagreeing() { return tested().disagreeing; }

const Kernels& kernels_named(const std::string& name) {
    for (const Kernels* set : available()) {
        if (name.empty() || name == set->name) {
            return *set;
        }
    }
    throw std::invalid_argument("no instruction set \"" + name + "\" on this processor");
}

}  // namespace doorward::hamming
