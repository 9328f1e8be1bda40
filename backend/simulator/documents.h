// Job documents the pretend cloud gives out as they stand.
//
// Knows: bytes. Two are answers the real cloud gave or documents, kept byte for byte; two are made
// up to hold what a viewer of jobs must survive.
#pragma once

#include <string_view>

namespace jobtree::simulator {

struct FixedDocument {
  std::string_view job_id;
  std::string_view body;
};

/// The example answer of ShowResourcesJobDetail in the EIP API reference.
FixedDocument documented_eip_job();
/// A createServer job in the middle of its work, as ECS answered.
FixedDocument running_ecs_job();
/// Unknown status words, null, empty and missing fields, entities and sub_jobs of other shapes.
FixedDocument odd_shapes_job();
/// Markup in every text, very long Chinese error texts, direction marks, escapes.
FixedDocument hostile_texts_job();

}  // namespace jobtree::simulator
