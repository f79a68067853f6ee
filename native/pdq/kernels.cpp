#include "kernels.hpp"

#include <cstring>

namespace doorward::pdq {

extern const Kernels kKernels_portable;
#if defined(DOORWARD_PDQ_AVX2)
extern const Kernels kKernels_avx2;
#endif

const Kernels* kernels_for(const char* instructions) {
    const auto fits = [instructions](const Kernels& some) {
        return *instructions == '\0' || std::strcmp(instructions, some.instructions) == 0;
    };
#if defined(DOORWARD_PDQ_AVX2)
    if (fits(kKernels_avx2) && __builtin_cpu_supports("avx2")) {
        return &kKernels_avx2;
    }
#endif
    return fits(kKernels_portable) ? &kKernels_portable : nullptr;
}

const Kernels& kernels() {
    return *kernels_for("");
}

}  // namespace doorward::pdq
