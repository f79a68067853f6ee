#include "kernels.hpp"

namespace doorward::pdq {

extern const Kernels kKernels_portable;
extern const Kernels kKernels_avx2;  // x86-64 only

namespace {

std::vector<const Kernels*> available() {
    std::vector<const Kernels*> all;
#if defined(DOORWARD_PDQ_AVX2)
    if (__builtin_cpu_supports("avx2")) {
        all.push_back(&kKernels_avx2);
    }
#endif
    all.push_back(&kKernels_portable);
    return all;
}

}  // namespace

const Kernels& kernels() {
    static const Kernels* const best = available().front();
    return *best;
}

std::vector<std::string> instruction_sets() {
    std::vector<std::string> names;
    for (const Kernels* const some : available()) {
        names.emplace_back(some->instructions);
    }
    return names;
}

const Kernels* kernels_for(const std::string& instructions) {
    for (const Kernels* const some : available()) {
        if (instructions.empty() || instructions == some->instructions) {
            return some;
        }
    }
    return nullptr;
}

}  // namespace doorward::pdq
