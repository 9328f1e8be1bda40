#include "cloud/where/path_pattern.h"

#include "cloud/ids.h"

namespace jobtree::cloud {

PathPattern::PathPattern(std::string_view pattern) {
  const std::size_t mark = pattern.find('?');
  path_ = take_apart(pattern.substr(0, mark));
  if (mark != std::string_view::npos) query_ = take_apart(pattern.substr(mark + 1));
}

PathPattern::Pieces PathPattern::take_apart(std::string_view pattern) {
  Pieces pieces;
  while (!pattern.empty()) {
    Piece piece;
    piece.literal = pattern.substr(0, pattern.find('{'));
    pattern.remove_prefix(piece.literal.size());
    const std::string_view braced = pattern.substr(0, pattern.find('}') + 1);
    pattern.remove_prefix(braced.size());
    if (braced == "{project_id}" || braced == "{domain_id}") {
      piece.id = Piece::Id::owner;
      has_owner_ = true;
    } else if (!braced.empty()) {
      piece.id = Piece::Id::job;
      id_names_.emplace_back(braced.substr(1, braced.size() - 2));
    }
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
    if (piece.id == Piece::Id::owner) {
      ids.owner = value;
    } else {
      ids.ids.push_back(value);
    }
    text.remove_prefix(value.size());
  }
  return text.empty();
}

Target PathPattern::fill(std::string_view owner_id, std::string_view job_ids) const {
  Target target;
  const std::vector<std::string_view> ids = split_ids(job_ids);
  auto next = ids.begin();
  const auto fill_in = [&](const Pieces& pieces, std::string& text) {
    for (const Piece& piece : pieces) {
      text += piece.literal;
      if (piece.id == Piece::Id::owner) text += owner_id;
      if (piece.id == Piece::Id::job && next != ids.end()) text += *next++;
    }
  };
  fill_in(path_, target.path);
  fill_in(query_, target.query);
  return target;
}

}  // namespace jobtree::cloud
