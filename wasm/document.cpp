#include "document.h"

// Numbers stay text, so no digit of an id is lost; the iterative parser keeps its stack on the
// heap.
#include <rapidjson/reader.h>

#include "utf8.h"

namespace jobtree::engine {
namespace {

class Builder {
 public:
  Builder(const char* base, rapidjson::InsituStringStream& stream, std::size_t start,
          std::vector<Value>& values, const DocumentLimits& limits)
      : base_(base), stream_(stream), start_(start), values_(values), limits_(limits) {}

  DocumentError error() const { return error_; }

  bool Null() { return add(Kind::null, {}); }
  bool Bool(bool /*value*/) { return add(Kind::boolean, {}); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool /*copy*/) {
    return add(Kind::number, run(text, size));
  }
  bool String(const char* text, rapidjson::SizeType size, bool /*copy*/) {
    return add(Kind::string, run(text, size));
  }
  bool Key(const char* text, rapidjson::SizeType size, bool /*copy*/) {
    key_ = run(text, size);
    return true;
  }
  bool StartObject() { return open(Kind::object); }
  bool StartArray() { return open(Kind::array); }
  bool EndObject(rapidjson::SizeType) { return close(); }
  bool EndArray(rapidjson::SizeType) { return close(); }

  // The reader wants these too, though numbers come as text.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }

 private:
  Text run(const char* text, std::size_t size) const {
    return {static_cast<std::uint32_t>(text - base_), static_cast<std::uint32_t>(size)};
  }

  bool add(Kind kind, Text text) {
    if (values_.size() >= limits_.values) return refuse(DocumentError::too_many);
    values_.push_back({key_, text, static_cast<std::uint32_t>(values_.size()) + 1, kind});
    key_ = {};
    return true;
  }
  bool open(Kind kind) {
    if (open_.size() >= limits_.depth) return refuse(DocumentError::too_deep);
    open_.push_back(static_cast<std::uint32_t>(values_.size()));
    return add(kind, {place(), 0});
  }
  bool close() {
    Value& it = values_[open_.back()];
    it.end = static_cast<std::uint32_t>(values_.size());
    it.text.size = place() + 1 - it.text.offset;
    open_.pop_back();
    return true;
  }
  /// Of the bracket that is being read, in the text as it was given.
  std::uint32_t place() { return static_cast<std::uint32_t>(start_ + stream_.Tell()); }
  bool refuse(DocumentError error) {
    error_ = error;
    return false;
  }

  const char* base_;
  rapidjson::InsituStringStream& stream_;
  std::size_t start_;
  std::vector<Value>& values_;
  const DocumentLimits& limits_;
  std::vector<std::uint32_t> open_;
  Text key_;
  DocumentError error_ = DocumentError::none;
};

DocumentError reason(const rapidjson::ParseResult& result, const Builder& builder) {
  if (builder.error() != DocumentError::none) return builder.error();
  switch (result.Code()) {
    case rapidjson::kParseErrorStringUnicodeSurrogateInvalid:
      return DocumentError::encoding;
    default:
      return DocumentError::syntax;
  }
}

}  // namespace

Document Document::parse(std::string bytes, const DocumentLimits& limits) {
  Document document;
  if (bytes.size() > limits.bytes) {
    document.error_ = DocumentError::too_large;
    return document;
  }
  document.bytes_ = std::move(bytes);
  std::string& text = document.bytes_;
  if (!is_utf8(text)) {
    document.error_ = DocumentError::encoding;
    text.clear();
    return document;
  }
  const std::size_t start = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;

  constexpr unsigned kFlags = rapidjson::kParseInsituFlag | rapidjson::kParseIterativeFlag |
                              rapidjson::kParseNumbersAsStringsFlag;
  rapidjson::Reader reader;
  rapidjson::InsituStringStream stream(text.data() + start);
  Builder builder(text.data(), stream, start, document.values_, limits);
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, builder);
  // The stream ends at a NUL; one inside the text would hide whatever follows it.
  const std::size_t read = start + stream.Tell();
  if (result.IsError()) {
    document.error_ = reason(result, builder);
    document.error_offset_ = start + result.Offset();
  } else if (read != text.size()) {
    document.error_ = DocumentError::syntax;
    document.error_offset_ = read;
  }
  if (document.error_ != DocumentError::none) {
    document.values_.clear();
    text.clear();
  }
  return document;
}

}  // namespace jobtree::engine
