// SPDX-License-Identifier: Apache-2.0
//
// graph_view.hpp: reading and editing a host graph: nodes in order, operators, attributes, data as std::vector.
#pragma once
#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "graph.hpp"

namespace nac {

/// A host graph during one call. Every member throws failure with the host's message; the building ones are those of
/// graph_builder.
class graph_view : public graph_builder {
 public:
  using graph_builder::graph_builder;

  // ---- read ----
  std::vector<nac_value> inputs() const { return ends(host().graph().input_count, host().graph().input_at); }
  std::vector<nac_value> outputs() const { return ends(host().graph().output_count, host().graph().output_at); }
  /// Producers first.
  std::vector<nac_node> nodes() const { return ends(host().graph().node_count, host().graph().node_at); }

  std::string op(nac_node node) const {
    const char *name = host().graph().node_op(raw(), node, nullptr);
    if (name == nullptr) invalid("there is no node " + std::to_string(node));
    return name;
  }
  /// `node` may be 0, which is nothing.
  bool is(nac_node node, const char *wanted, const char *domain = "") const {
    if (node == 0) return false;
    const char *found_domain = "", *name = host().graph().node_op(raw(), node, &found_domain);
    return name != nullptr && std::strcmp(name, wanted) == 0 && std::strcmp(found_domain, domain) == 0;
  }
  bool is_quant(nac_node node) const { return is(node, "Quant", NAC_DOMAIN_QONNX); }
  /// 0 for an omitted optional input.
  std::vector<nac_value> inputs_of(nac_node node) const {
    std::vector<nac_value> ids(host().graph().node_inputs(raw(), node, nullptr, 0));
    host().graph().node_inputs(raw(), node, ids.data(), static_cast<uint32_t>(ids.size()));
    return ids;
  }
  /// 0: it has no such input.
  nac_value input_of(nac_node node, std::size_t position) const {
    const std::vector<nac_value> ids = inputs_of(node);
    return position < ids.size() ? ids[position] : 0;
  }
  nac_value result_of(nac_node node) const { return host().graph().result(raw(), node, 0); }

  int64_t integer(nac_node node, const char *name, int64_t otherwise) const {
    const nac_attr *a = attr(node, name, NAC_ATTR_INT);
    return a == nullptr ? otherwise : *static_cast<const int64_t *>(a->data);
  }
  float number(nac_node node, const char *name, float otherwise) const {
    const nac_attr *a = attr(node, name, NAC_ATTR_FLOAT);
    return a == nullptr ? otherwise : *static_cast<const float *>(a->data);
  }
  std::string text(nac_node node, const char *name) const {
    const nac_attr *a = attr(node, name, NAC_ATTR_STRING);
    return a == nullptr ? std::string() : std::string(static_cast<const char *>(a->data), a->count);
  }
  std::vector<int64_t> integers(nac_node node, const char *name) const {
    const nac_attr *a = attr(node, name, NAC_ATTR_INTS);
    if (a == nullptr) return {};
    const auto *first = static_cast<const int64_t *>(a->data);
    return {first, first + a->count};
  }

  std::string name(nac_value value) const {
    const char *found = nullptr;
    if (host().graph().value_info(raw(), value, &found, nullptr, nullptr, nullptr) != NAC_OK)
      invalid("there is no value " + std::to_string(value));
    return found;
  }
  /// 0: an input, constant or parameter.
  nac_node producer(nac_value value) const { return host().graph().value_producer(raw(), value); }
  bool trainable(nac_value value) const { return host().graph().value_trainable(raw(), value); }
  bool has_data(nac_value value) const { return host().graph().value_data(raw(), value) != nullptr; }
  /// Copy of the data of a float32 constant or parameter.
  std::vector<float> floats(nac_value value) const {
    const nac_view *view = host().graph().value_data(raw(), value);
    if (view == nullptr) throw failure(NAC_FAILED_PRECONDITION, "'" + name(value) + "' has no data");
    const float *data = dense<float>(*view);
    return {data, data + element_count(view->shape, view->ndim)};
  }
  /// Nodes that read the value.
  std::vector<nac_node> users(nac_value value) const {
    std::vector<nac_node> found;
    for (const nac_node n : nodes()) {
      const std::vector<nac_value> in = inputs_of(n);
      if (std::find(in.begin(), in.end(), value) != in.end()) found.push_back(n);
    }
    return found;
  }
  bool is_output(nac_value value) const {
    const std::vector<nac_value> all = outputs();
    return std::find(all.begin(), all.end(), value) != all.end();
  }
  /// "Conv 'conv1'", for messages.
  std::string label(nac_node node) const { return op(node) + " '" + name(result_of(node)) + "'"; }

  // ---- edit ----
  /// One value per element, row-major.
  void set_floats(nac_value value, const std::vector<float> &data) {
    const std::vector<int64_t> dims = shape(value);
    if (element_count(dims.data(), static_cast<int32_t>(dims.size())) != data.size())
      invalid("'" + name(value) + "' was given " + std::to_string(data.size()) + " values");
    const borrowed_view<float> view(data.data(), dims);
    edit([&](nac_error *e) { return host().graph().set_data(raw(), value, view.get(), e); });
  }
  void set_name(nac_value value, const std::string &wanted) {
    edit([&](nac_error *e) { return host().graph().set_name(raw(), value, wanted.c_str(), e); });
  }
  /// Nodes that `to` is computed from keep reading `from`.
  void replace_uses(nac_value from, nac_value to) {
    edit([&](nac_error *e) { return host().graph().replace_uses(raw(), from, to, e); });
  }
  void remove(nac_node node) {
    edit([&](nac_error *e) { return host().graph().remove(raw(), node, e); });
  }
  void check_graph() const {
    nac_error err = empty_error();
    check(host().graph().check(raw(), &err), err);
  }

 private:
  template <class Count, class At>
  std::vector<uint32_t> ends(Count count, At at) const {
    std::vector<uint32_t> ids(count(raw()));
    for (uint32_t i = 0; i < ids.size(); ++i) ids[i] = at(raw(), i);
    return ids;
  }
  const nac_attr *attr(nac_node node, const char *name, int32_t type) const {
    const nac_attr *a = host().graph().node_attr(raw(), node, name);
    return a == nullptr || a->type != type ? nullptr : a;
  }
  template <class F>
  void edit(F &&f) {
    nac_error err = empty_error();
    check(f(&err), err);
  }
};

}  // namespace nac
