// SPDX-License-Identifier: Apache-2.0
#include "graph/onnx_forms.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "graph/onnx_write.hpp"

namespace nac::fw {
namespace {

/// Of what broadcasts against values of perm.size() dimensions: as few dimensions as it can have if it had fewer.
Shape turned_shape(const Shape &from, const Permutation &perm) {
  const Shape all = permuted(padded(from, perm.size()), perm);
  if (from.size() == perm.size()) return all;
  return {std::find_if(all.begin(), all.end(), [](int64_t d) { return d != 1; }), all.end()};
}

}  // namespace

LayoutForms::LayoutForms(onnx::GraphProto &graph, Layout to) : graph_(graph), to_(to) {
  for (onnx::NodeProto &n : *graph_.mutable_node()) take_constant(n);
  for (const onnx::TensorProto &t : graph_.initializer()) initializers_[t.name()] = t;
  for (const auto *list : {&graph_.value_info(), &graph_.input(), &graph_.output()})
    for (const onnx::ValueInfoProto &info : *list) note(info);
  for (const auto &[name, t] : initializers_) shapes_[name] = Shape(t.dims().begin(), t.dims().end());
  for (const onnx::ValueInfoProto &input : graph_.input())
    if (initializers_.count(input.name()) == 0) activations_.insert(input.name());
  for (const onnx::NodeProto &n : graph_.node())
    for (const std::string &out : n.output()) taken_.insert(out), producer_[out] = &n;
  for (const auto &[name, shape] : shapes_) taken_.insert(name);
}

Permutation LayoutForms::turn(std::size_t rank) const {
  return to_ == Layout::channels_last ? to_channels_last(rank) : to_channels_first(rank);
}

const onnx::TensorProto *LayoutForms::initializer(const std::string &name) const {
  const auto found = initializers_.find(name);
  return found == initializers_.end() ? nullptr : &found->second;
}

std::string LayoutForms::add_initializer(const std::string &name, const Tensor &value) {
  const std::string made = spare(name);
  initializers_[made] = to_proto(value, made);
  initializers_[made].set_doc_string(kConstantNote);
  return made;
}

void LayoutForms::prefer_name(const std::string &made, const std::string &name) {
  if (const auto found = origin_.find(made); found != origin_.end()) found->second = name;
}

/// Constant nodes become initializers, which can be turned.
void LayoutForms::take_constant(onnx::NodeProto &n) {
  const onnx::AttributeProto *value = attribute_of(n, "value");
  if (n.op_type() != "Constant" || !(n.domain().empty() || n.domain() == "ai.onnx") || n.output_size() != 1 ||
      value == nullptr)
    return;
  onnx::TensorProto &t = *graph_.add_initializer();
  t = value->t();
  t.set_name(n.output(0));
  t.set_doc_string(kConstantNote);
  n.Clear();
}

void LayoutForms::note(const onnx::ValueInfoProto &info) {
  const onnx::TypeProto::Tensor &type = info.type().tensor_type();
  if (!info.type().has_tensor_type() || !type.has_shape()) return;
  Shape shape;
  for (int i = 0; i < type.shape().dim_size(); ++i) {
    const auto &d = type.shape().dim(i);
    shape.push_back(d.has_dim_value() ? d.dim_value() : -1);
  }
  shapes_[info.name()] = shape;
  types_[info.name()] = info;
}

const Shape &LayoutForms::shape(const std::string &name) const {
  const auto found = shapes_.find(name);
  if (found == shapes_.end())
    throw Error(
        fmt::format("'{}' has no shape in value_info, which the channels-last layout needs (qonnx-cleanup adds them)",
                    name),
        NAC_UNSUPPORTED);
  return found->second;
}
std::string LayoutForms::spare(const std::string &name) {
  std::string made = name + (to_ == Layout::channels_last ? ".last" : ".first");
  while (!taken_.insert(made).second) made += "_";
  origin_[made] = name;
  return made;
}
onnx::NodeProto &LayoutForms::add(const std::string &op, const std::string &input, const std::string &output) {
  onnx::NodeProto &n = nodes_.emplace_back();
  n.set_op_type(op);
  n.set_name(output);
  n.add_input(input);
  n.add_output(output);
  return n;
}
/// Type and shape of `made`, which is `name` turned by `perm`.
void LayoutForms::record(const std::string &made, const std::string &name, const Permutation &perm) {
  const auto known = types_.find(name);
  if (known == types_.end()) return;  // Quant of a weight, in models that others wrote
  onnx::ValueInfoProto info = known->second;
  info.set_name(made);
  if (!perm.empty()) {
    onnx::TensorShapeProto *dims = info.mutable_type()->mutable_tensor_type()->mutable_shape();
    dims->Clear();
    for (const int64_t d : turned_shape(shape(name), perm))
      d == -1 ? dims->add_dim()->set_dim_param("N") : dims->add_dim()->set_dim_value(d);
  }
  made_[made] = info;
}

std::string LayoutForms::transposed(const std::string &from, const Permutation &perm, const std::string &name) {
  onnx::NodeProto &n = add("Transpose", from, name);
  set_attribute(n, "perm", perm);
  record(name, name, {});
  return name;
}

std::string LayoutForms::plain(const std::string &name) {
  if (name.empty() || !is_activation(name)) return name;
  Forms &forms = forms_[name];
  if (!forms.plain && !forms.turned) forms.plain = name;  // an input
  if (!forms.plain) {
    forms.plain = transposed(*forms.turned, inverse(turn(rank(name))), name);
  }
  return *forms.plain;
}

std::string LayoutForms::turned(const std::string &name) {
  if (rank(name) < 3) return plain(name);
  if (forms_[name].turned) return *forms_[name].turned;
  const std::string from = plain(name), made = spare(name);
  transposed(from, turn(rank(name)), made);
  record(made, name, turn(rank(name)));
  forms_[name].turned = made;
  return made;
}

bool LayoutForms::only_turned(const std::string &name) const {
  const auto found = forms_.find(name);
  return found != forms_.end() && found->second.turned && !found->second.plain;
}

/// A weight or constant as it broadcasts against a turned activation; nothing: it cannot be turned.
std::optional<std::string> LayoutForms::turned_static(const std::string &name, std::size_t to_rank) {
  const auto [cached, fresh] = statics_.try_emplace({name, to_rank});
  if (fresh) cached->second = make_static(name, to_rank);
  return statics_.at({name, to_rank});
}

std::optional<std::string> LayoutForms::make_static(const std::string &name, std::size_t to_rank) {
  const Permutation perm = turn(to_rank);
  if (name.empty() || is_identity(perm)) return name;
  if (const auto found = initializers_.find(name); found != initializers_.end()) {
    const onnx::TensorProto old = found->second;
    const Tensor data = from_proto(old);
    if (data.elements() == 1) return name;
    if (data.shape().size() > to_rank) return {};
    const std::string made = spare(name);
    onnx::TensorProto result = to_proto(permuted(with_shape(data, padded(data.shape(), to_rank)), perm), made);
    const Shape dims = turned_shape(data.shape(), perm);
    result.mutable_dims()->Assign(dims.begin(), dims.end());
    result.set_doc_string(old.doc_string());
    initializers_[made] = result;
    return made;
  }
  const auto maker = producer_.find(name);
  if (maker == producer_.end()) return {};
  const onnx::NodeProto &n = *maker->second;
  if (n.op_type() == "Quant" || n.op_type() == "Identity") {
    onnx::NodeProto copy = n;
    for (int i = 0; i < n.input_size(); ++i) {
      const std::optional<std::string> in = turned_static(n.input(i), to_rank);
      if (!in) return {};
      copy.set_input(i, *in);
    }
    return finish(copy, name, perm);
  }
  if (rank(name) != to_rank) return {};
  const std::string made = spare(name);
  record(made, name, perm);
  return transposed(name, perm, made);
}

/// Adds `n`, whose result is `name` turned.
std::string LayoutForms::finish(onnx::NodeProto n, const std::string &name, const Permutation &perm) {
  const std::string made = spare(name);
  n.set_output(0, made);
  n.set_name(made);
  nodes_.push_back(std::move(n));
  record(made, name, perm);
  return made;
}
void LayoutForms::finish_turned(onnx::NodeProto n) {
  const std::string name = n.output(0);
  if (rank(name) < 3) return finish_plain(std::move(n));
  const std::string made = finish(std::move(n), name, turn(rank(name)));
  forms_[name].turned = made;
}
void LayoutForms::finish_plain(onnx::NodeProto n) {
  for (const std::string &out : n.output()) {
    forms_[out].plain = out;
    record(out, out, {});
  }
  nodes_.push_back(std::move(n));
}

}  // namespace nac::fw
