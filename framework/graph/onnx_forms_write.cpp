// SPDX-License-Identifier: Apache-2.0
//
// The end of a change of layout: what is needed, under which names.
#include <iterator>

#include "graph/onnx_forms.hpp"

namespace nac::fw {

/// The output `name` is the value made for it, which gets its name, or a copy of another.
void LayoutForms::end_at(const std::string &name) {
  const std::string made = plain(name);
  if (made != name && origin_.count(made) != 0 && used_.count(made) == 0) {
    origin_[made] = name;
    used_.insert(made);
    return;
  }
  if (made != name) {
    add("Identity", made, name);
    record(name, name, {});
  }
  used_.insert(name);
}

void LayoutForms::drop_unused() {
  std::vector<onnx::NodeProto> kept;
  for (auto n = nodes_.rbegin(); n != nodes_.rend(); ++n) {
    bool used = false;
    for (const std::string &out : n->output()) used = used || used_.count(out) != 0;
    if (!used) continue;
    for (const std::string &in : n->input()) used_.insert(in);
    kept.push_back(std::move(*n));
  }
  nodes_.assign(std::make_move_iterator(kept.rbegin()), std::make_move_iterator(kept.rend()));
}

void LayoutForms::restore_names() {
  std::map<std::string, std::string> names;
  std::set<std::string> present = used_;
  for (const onnx::ValueInfoProto &input : graph_.input()) present.insert(input.name());
  for (const auto &[made, name] : origin_)
    if (used_.count(made) != 0 && present.insert(name).second) names[made] = name;
  const auto restored = [&](const std::string &name) {
    const auto found = names.find(name);
    return found == names.end() ? name : found->second;
  };
  for (onnx::NodeProto &n : nodes_) {
    for (std::string &in : *n.mutable_input()) in = restored(in);
    if (names.count(n.name()) != 0) n.set_name(restored(n.name()));
    for (std::string &out : *n.mutable_output()) out = restored(out);
  }
  for (const auto &[made, name] : names) {
    if (const auto found = initializers_.find(made); found != initializers_.end()) {
      found->second.set_name(name);
      initializers_[name] = found->second;
    }
    if (const auto found = made_.find(made); found != made_.end()) {
      found->second.set_name(name);
      made_[name] = found->second;
    }
  }
  used_.clear();
  for (const onnx::NodeProto &n : nodes_) used_.insert(n.input().begin(), n.input().end());
}

void LayoutForms::write() {
  for (const onnx::ValueInfoProto &output : graph_.output()) end_at(output.name());
  drop_unused();
  restore_names();
  std::set<std::string> ends;
  for (const onnx::ValueInfoProto &output : graph_.output()) ends.insert(output.name());
  graph_.clear_node();
  graph_.clear_initializer();
  graph_.clear_value_info();
  for (const auto &[name, t] : initializers_)
    if (used_.count(name) != 0) *graph_.add_initializer() = t;
  for (const onnx::NodeProto &n : nodes_) {
    for (const std::string &out : n.output())
      if (made_.count(out) != 0 && ends.count(out) == 0) *graph_.add_value_info() = made_.at(out);
    *graph_.add_node() = n;
  }
}

}  // namespace nac::fw
