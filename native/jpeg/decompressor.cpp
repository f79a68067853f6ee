#include "decompressor.hpp"

#include "scans.hpp"

namespace doorward::jpeg {

Decompressor::~Decompressor() {
    jpeg_destroy_decompress(&cinfo_);  // does nothing to one that was never created
}

Outcome Decompressor::read_header(std::uint64_t max_pixels) {
    // First of all, so that a damaged file of this sort is not passed on to another decoder.
    if (count_scans(data_, size_, kMaxScans + 1) > kMaxScans) {
        return Outcome::kTooManyScans;
    }
    if (!guarded(&Decompressor::open_step)) {
        return outcome_;
    }
    if (std::uint64_t{cinfo_.image_width} * cinfo_.image_height > max_pixels) {
        return Outcome::kTooManyPixels;
    }
    return is_usual() ? Outcome::kGood : Outcome::kUnusual;
}

Outcome Decompressor::decode(bool luma, pdq::RowSink& sink) {
    cinfo_.out_color_space = luma ? JCS_GRAYSCALE : JCS_RGB;
    cinfo_.dct_method = JDCT_ISLOW;
    cinfo_.do_fancy_upsampling = TRUE;
    row_bytes_ = width() * (luma ? 1 : 3);
    rows_.resize(kRowsAtOnce * row_bytes_);
    sink_ = &sink;
    if (!guarded(&Decompressor::start_step)) {
        return outcome_;
    }
    if (!is_complete()) {
        return Outcome::kUnusual;
    }
    guarded(&Decompressor::rows_step) && guarded(&Decompressor::finish_step);
    return outcome_;
}

// What is refused here is rare, and the versions of the library treat some of it differently.
bool Decompressor::is_usual() const {
    if (cinfo_.data_precision != 8 || cinfo_.arith_code) {
        return false;
    }
    if (cinfo_.jpeg_color_space == JCS_GRAYSCALE) {
        return true;
    }
    if (cinfo_.jpeg_color_space != JCS_YCbCr && cinfo_.jpeg_color_space != JCS_RGB) {
        return false;  // CMYK, YCCK, unknown
    }
    const jpeg_component_info* const parts = cinfo_.comp_info;
    const auto is_power = [](int factor) { return factor == 1 || factor == 2 || factor == 4; };
    return is_power(parts[0].h_samp_factor) && is_power(parts[0].v_samp_factor) &&
           parts[1].h_samp_factor == 1 && parts[1].v_samp_factor == 1 &&
           parts[2].h_samp_factor == 1 && parts[2].v_samp_factor == 1;
}

// Whether a progressive file refined all that the library would otherwise smooth over (jdcoefct.c). Its
// versions smooth differently. Bits still missing are told for each component and coefficient, -1 where
// nothing at all was sent.
bool Decompressor::is_complete() const {
    constexpr int kSmoothed = 10;  // the first coefficients, in zigzag order
    if (cinfo_.coef_bits == nullptr) {
        return true;
    }
    for (int part = 0; part < cinfo_.num_components; ++part) {
        for (int i = 0; i < kSmoothed; ++i) {
            if (cinfo_.coef_bits[part][i] != 0) {
                return false;
            }
        }
    }
    return true;
}

bool Decompressor::guarded(Step step) {
    if (setjmp(escape_) != 0) {
        return false;
    }
    (this->*step)();
    return true;
}

void Decompressor::give_up(Outcome outcome) {
    outcome_ = outcome;
    std::longjmp(escape_, 1);
}

void Decompressor::open_step() {
    cinfo_.err = jpeg_std_error(&errors_);
    errors_.error_exit = &on_error;
    errors_.emit_message = &on_message;
    cinfo_.client_data = this;
    jpeg_create_decompress(&cinfo_);  // clears all but these two
    jpeg_mem_src(&cinfo_, data_, static_cast<unsigned long>(size_));
    jpeg_read_header(&cinfo_, TRUE);
}

void Decompressor::start_step() {
    jpeg_start_decompress(&cinfo_);  // of a file in several scans this reads them all
}

void Decompressor::rows_step() {
    JSAMPROW rows[kRowsAtOnce];
    for (std::size_t k = 0; k < kRowsAtOnce; ++k) {
        rows[k] = rows_.data() + k * row_bytes_;
    }
    while (cinfo_.output_scanline < cinfo_.output_height) {
        std::size_t count = 0;  // the library hands out one or two at a time
        while (count < kRowsAtOnce && cinfo_.output_scanline < cinfo_.output_height) {
            count += jpeg_read_scanlines(&cinfo_, rows + count, static_cast<JDIMENSION>(kRowsAtOnce - count));
        }
        sink_->rows(rows_.data(), count, row_bytes_);
    }
}

void Decompressor::finish_step() {
    jpeg_finish_decompress(&cinfo_);  // reads on to the end mark, which a file cut short lacks
}

void Decompressor::on_error(j_common_ptr common) {
    static_cast<Decompressor*>(common->client_data)->give_up(Outcome::kDamaged);
}

// Warnings have a negative level. After one the library goes on with pixels of its own invention.
void Decompressor::on_message(j_common_ptr common, int level) {
    if (level < 0) {
        static_cast<Decompressor*>(common->client_data)->give_up(Outcome::kDamaged);
    }
}

}  // namespace doorward::jpeg
