// Packed bodies, unpacked by the libraries themselves.
#pragma once

#include <brotli/decode.h>
#include <zlib.h>
#include <zstd.h>

#include <cstdint>
#include <string>

#include "gateway/http_fields.h"

/// "" when it is not whole in that coding, or larger than `most`.
inline std::string unpacked(jobtree::gateway::Coding coding, const std::string& bytes,
                            std::size_t most = std::size_t{16} << 20) {
  using jobtree::gateway::Coding;
  std::string out(most, '\0');
  switch (coding) {
    case Coding::identity:
      return bytes;
    case Coding::zstd: {
      const std::size_t size = ZSTD_decompress(out.data(), out.size(), bytes.data(), bytes.size());
      out.resize(ZSTD_isError(size) != 0 ? 0 : size);
      return out;
    }
    case Coding::br: {
      std::size_t size = out.size();
      const bool done =
          BrotliDecoderDecompress(bytes.size(), reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                  &size, reinterpret_cast<std::uint8_t*>(out.data())) ==
          BROTLI_DECODER_RESULT_SUCCESS;
      out.resize(done ? size : 0);
      return out;
    }
    case Coding::gzip:
      break;
  }
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 16) != Z_OK) return "";
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool done = inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_in == 0;
  out.resize(done ? stream.total_out : 0);
  inflateEnd(&stream);
  return out;
}
