#include "cloud/where/path_pattern.h"

namespace jobtree::cloud {

PathPattern::PathPattern(std::string_view pattern)
    : path_(pieces_of(pattern.substr(0, pattern.find('?')))) {
  const std::size_t mark = pattern.find('?');
  if (mark != std::string_view::npos) query_ = pieces_of(pattern.substr(mark + 1));
}

PathPattern::Pieces PathPattern::pieces_of(std::string_view pattern) {
  Pieces pieces;
  while (!pattern.empty()) {
    Piece piece;
    piece.literal = pattern.substr(0, pattern.find('{'));
    pattern.remove_prefix(piece.literal.size());
    const std::string_view name = pattern.substr(0, pattern.find('}') + 1);
    pattern.remove_prefix(name.size());
    if (!name.empty()) piece.id = name == "{job_id}" ? Piece::Id::job : Piece::Id::owner;
    pieces.push_back(std::move(piece));
  }
  return pieces;
}

std::optional<PathIds> PathPattern::match(std::string_view path, std::string_view query) const {
  PathIds ids;
  if (!match(path_, path, '/', ids)) return std::nullopt;
  if (!query_.empty() && !match(query_, query, '&', ids)) return std::nullopt;
  return ids;
}

/// Byte for byte; an id ends before `separator`.
bool PathPattern::match(const Pieces& pieces, std::string_view text, char separator, PathIds& ids) {
  for (const Piece& piece : pieces) {
    if (!text.starts_with(piece.literal)) return false;
    text.remove_prefix(piece.literal.size());
    if (piece.id == Piece::Id::none) continue;
    const std::string_view value = text.substr(0, text.find(separator));
    if (value.empty()) return false;
    (piece.id == Piece::Id::job ? ids.job : ids.owner) = value;
    text.remove_prefix(value.size());
  }
  return text.empty();
}

Target PathPattern::fill(std::string_view owner_id, std::string_view job_id) const {
  return {fill(path_, owner_id, job_id), fill(query_, owner_id, job_id)};
}

std::string PathPattern::fill(const Pieces& pieces, std::string_view owner_id,
                              std::string_view job_id) {
  std::string text;
  for (const Piece& piece : pieces) {
    text += piece.literal;
    if (piece.id == Piece::Id::job) text += job_id;
    if (piece.id == Piece::Id::owner) text += owner_id;
  }
  return text;
}

}  // namespace jobtree::cloud
