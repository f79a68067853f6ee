// A JPEG's pixels, row by row: libjpeg-turbo with its errors made values.
#pragma once

#include <csetjmp>
#include <cstddef>
#include <cstdint>
#include <cstdio>  // jpeglib.h needs it and does not include it
#include <vector>

#include <jpeglib.h>

#include "../pdq/row_sink.hpp"

namespace doorward::jpeg {

// How a look at a file ended.
enum class Outcome : int {
    kGood = 0,
    kDamaged = 1,       // an error or a warning of the library: cut off, garbled, not a JPEG
    kUnusual = 2,       // sound as far as known, but of a kind that this reader leaves to others
    kTooManyPixels = 3,  // told from the header; nothing was decoded
    kTooManyScans = 4,  // likewise
};

// One pass over one file, which must outlive it. Not to be used again after anything but kGood.
//
// libjpeg reports errors by longjmp. It is only ever called from the step functions, under `guarded`;
// these hold no object with a destructor and never call a sink from within the library, so that
// a jump skips C frames alone.
class Decompressor {
  public:
    Decompressor(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
    ~Decompressor();
    Decompressor(const Decompressor&) = delete;
    Decompressor& operator=(const Decompressor&) = delete;

    // Counts the scans and reads the header, no more. The other functions need it to have been kGood.
    Outcome read_header(std::uint64_t max_pixels);

    std::size_t width() const { return cinfo_.image_width; }
    std::size_t height() const { return cinfo_.image_height; }
    bool has_luma_plane() const { return cinfo_.jpeg_color_space == JCS_YCbCr; }

    // Gives the sink every row, from the top, in RGB (a grey picture too), or as luma: the Y plane as it
    // is stored. Only after kGood has the sink seen the picture as every other decoder sees it; the rows
    // are upsampled and transformed as Pillow has them (slow integer DCT, fancy upsampling).
    Outcome decode(bool luma, pdq::RowSink& sink);

  private:
    static constexpr std::size_t kRowsAtOnce = 8;  // what the fast sink takes without copying it
    using Step = void (Decompressor::*)();

    bool guarded(Step step);
    [[noreturn]] void give_up(Outcome outcome);
    void open_step();
    void start_step();
    void rows_step();
    void finish_step();
    bool is_usual() const;
    bool is_complete() const;

    static void on_error(j_common_ptr common);
    static void on_message(j_common_ptr common, int level);

    const std::uint8_t* data_;
    std::size_t size_;
    jpeg_decompress_struct cinfo_{};
    jpeg_error_mgr errors_{};
    std::jmp_buf escape_{};
    Outcome outcome_ = Outcome::kGood;
    std::size_t row_bytes_ = 0;
    std::vector<std::uint8_t> rows_;
    pdq::RowSink* sink_ = nullptr;
};

}  // namespace doorward::jpeg
