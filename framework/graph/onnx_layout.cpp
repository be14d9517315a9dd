// SPDX-License-Identifier: Apache-2.0
//
// Every value has up to two forms: `plain`, as in the given graph, and `turned`, in the other layout. A node is made in
// the form that it needs or that its inputs have, and a Transpose is added only when a form is asked for that nothing
// made, so that no pair of inverse Transposes arises; given Transposes between the two forms just rename.
#include "graph/onnx_layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/error.hpp"
#include "graph/onnx_write.hpp"
#include "graph/permutation.hpp"

namespace nac::fw {
namespace {

const std::set<std::string> kWindows{"Conv", "MaxPool", "AveragePool", "BatchNormalization"};
/// The same operation in any layout, apart from an axis.
const std::set<std::string> kPointwise{"Relu", "LeakyRelu", "Sigmoid", "Tanh",       "Gelu",
                                       "Erf",  "Identity",  "Add",     "Sub",        "Mul",
                                       "Div",  "Quant",     "Softmax", "LogSoftmax", "Concat"};
const std::set<std::string> kReductions{"ReduceMean", "ReduceMax", "ReduceSum"};

[[noreturn]] void bad(const std::string &message) { throw Error(message, NAC_UNSUPPORTED); }

struct Forms {
  std::optional<std::string> plain, turned;
};

class Relayout {
 public:
  Relayout(onnx::GraphProto &graph, Layout to) : graph_(graph), to_(to) {
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

  void run() {
    for (const onnx::NodeProto &n : graph_.node()) convert(n);
    for (const onnx::ValueInfoProto &output : graph_.output()) end_at(output.name());
    drop_unused();
    restore_names();
    write();
  }

 private:
  static std::string domain_of(const onnx::NodeProto &n) { return n.domain() == "ai.onnx" ? "" : n.domain(); }
  const char *from_domain() const { return to_ == Layout::channels_last ? "" : kChannelsLast; }
  const char *to_domain() const { return to_ == Layout::channels_last ? kChannelsLast : ""; }
  Permutation turn(std::size_t rank) const {
    return to_ == Layout::channels_last ? to_channels_last(rank) : to_channels_first(rank);
  }

  /// Constant nodes become initializers, which can be turned.
  void take_constant(onnx::NodeProto &n) {
    const onnx::AttributeProto *value = attribute_of(n, "value");
    if (n.op_type() != "Constant" || !domain_of(n).empty() || n.output_size() != 1 || value == nullptr) return;
    onnx::TensorProto &t = *graph_.add_initializer();
    t = value->t();
    t.set_name(n.output(0));
    t.set_doc_string(kConstantNote);
    n.Clear();
  }

  void note(const onnx::ValueInfoProto &info) {
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

  const Shape &shape(const std::string &name) const {
    const auto found = shapes_.find(name);
    if (found == shapes_.end())
      bad(fmt::format("'{}' has no shape in value_info, which the channels-last layout needs (qonnx-cleanup adds them)",
                      name));
    return found->second;
  }
  std::size_t rank(const std::string &name) const { return shape(name).size(); }
  bool is_activation(const std::string &name) const { return activations_.count(name) != 0; }

  std::string spare(const std::string &name) {
    std::string made = name + (to_ == Layout::channels_last ? ".last" : ".first");
    while (!taken_.insert(made).second) made += "_";
    origin_[made] = name;
    return made;
  }
  onnx::NodeProto &add(const std::string &op, const std::vector<std::string> &inputs, const std::string &output) {
    onnx::NodeProto &n = nodes_.emplace_back();
    n.set_op_type(op);
    n.set_name(output);
    for (const std::string &in : inputs) n.add_input(in);
    n.add_output(output);
    return n;
  }
  /// Type and shape of `made`, which is `name` turned by `perm`.
  void record(const std::string &made, const std::string &name, const Permutation &perm) {
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

  /// Of what broadcasts against values of perm.size() dimensions: as few dimensions as it can have if it had fewer.
  static Shape turned_shape(const Shape &from, const Permutation &perm) {
    const Shape all = permuted(padded(from, perm.size()), perm);
    if (from.size() == perm.size()) return all;
    return {std::find_if(all.begin(), all.end(), [](int64_t d) { return d != 1; }), all.end()};
  }

  std::string transposed(const std::string &from, const Permutation &perm, const std::string &output) {
    onnx::NodeProto &n = add("Transpose", {from}, output);
    set_attribute(n, "perm", perm);
    return output;
  }

  std::string plain(const std::string &name) {
    if (name.empty() || !is_activation(name)) return name;
    Forms &forms = forms_[name];
    if (!forms.plain && !forms.turned) forms.plain = name;  // an input
    if (!forms.plain) {
      forms.plain = transposed(*forms.turned, inverse(turn(rank(name))), name);
      record(name, name, {});
    }
    return *forms.plain;
  }

  std::string turned(const std::string &name) {
    if (rank(name) < 3) return plain(name);
    if (forms_[name].turned) return *forms_[name].turned;
    const std::string from = plain(name), made = spare(name);
    transposed(from, turn(rank(name)), made);
    record(made, name, turn(rank(name)));
    forms_[name].turned = made;
    return made;
  }

  bool only_turned(const std::string &name) const {
    const auto found = forms_.find(name);
    return found != forms_.end() && found->second.turned && !found->second.plain;
  }

  /// A weight or constant as it broadcasts against a turned activation; nothing: it cannot be turned.
  std::optional<std::string> turned_static(const std::string &name, std::size_t to_rank) {
    const auto [cached, fresh] = statics_.try_emplace({name, to_rank});
    if (fresh) cached->second = make_static(name, to_rank);
    return statics_.at({name, to_rank});
  }

  std::optional<std::string> make_static(const std::string &name, std::size_t to_rank) {
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
  std::string finish(onnx::NodeProto n, const std::string &name, const Permutation &perm) {
    const std::string made = spare(name);
    n.set_output(0, made);
    n.set_name(made);
    nodes_.push_back(std::move(n));
    record(made, name, perm);
    return made;
  }
  void finish_turned(onnx::NodeProto n) {
    const std::string name = n.output(0);
    if (rank(name) < 3) return finish_plain(std::move(n));
    const std::string made = finish(std::move(n), name, turn(rank(name)));
    forms_[name].turned = made;
  }
  void finish_plain(onnx::NodeProto n) {
    for (const std::string &out : n.output()) {
      forms_[out].plain = out;
      record(out, out, {});
    }
    nodes_.push_back(std::move(n));
  }
  void as_it_is(onnx::NodeProto n) {
    for (int i = 0; i < n.input_size(); ++i) n.set_input(i, plain(n.input(i)));
    finish_plain(std::move(n));
  }

  void convert(const onnx::NodeProto &n) {
    if (n.output_size() == 0) return;  // a Constant that became an initializer
    bool active = false;
    for (const std::string &in : n.input()) active = active || is_activation(in);
    if (!active) return finish_plain(n);
    for (const std::string &out : n.output()) activations_.insert(out);
    const std::string domain = domain_of(n);
    if (domain == from_domain() && kWindows.count(n.op_type()) != 0) return window(n);
    if (domain == kChannelsLast)
      bad(fmt::format("{} '{}' of domain {} is not supported: Conv, MaxPool, AveragePool and BatchNormalization are",
                      n.op_type(), n.name(), domain));
    if (domain.empty() && n.op_type() == "Transpose") return transpose(n);
    if ((domain.empty() || domain == NAC_DOMAIN_QONNX) && kPointwise.count(n.op_type()) != 0 && pointwise(n)) return;
    if (domain.empty() && kReductions.count(n.op_type()) != 0 && reduction(n)) return;
    as_it_is(n);
  }

  void window(onnx::NodeProto n) {
    const std::size_t dims = rank(n.input(0));
    if (dims < 3) {  // BatchNormalization of features: no layout
      n.set_domain("");
      return as_it_is(n);
    }
    if (dims > 4)
      bad(fmt::format("{} '{}' has {} dimensions, the channels-last layout has 3 or 4", n.op_type(), n.output(0),
                      dims));
    for (int i = 0; i < n.input_size(); ++i) {
      const std::string in = n.input(i);
      const bool weight = n.op_type() == "Conv" && i == 1;
      if (i > 0 && !weight) {
        n.set_input(i, plain(in));
      } else if (is_activation(in)) {
        n.set_input(i, turned(in));
      } else {
        const std::optional<std::string> made = turned_static(in, dims);
        if (!made) bad(fmt::format("the weight '{}' of {} '{}' has no shape", in, n.op_type(), n.output(0)));
        n.set_input(i, *made);
      }
    }
    n.set_domain(to_domain());
    finish_turned(std::move(n));
  }

  void transpose(const onnx::NodeProto &n) {
    const std::string in = n.input(0), out = n.output(0);
    const std::size_t dims = rank(in);
    Permutation perm;
    if (const onnx::AttributeProto *given = attribute_of(n, "perm"))
      perm.assign(given->ints().begin(), given->ints().end());
    else
      for (std::size_t i = dims; i-- > 0;) perm.push_back(static_cast<int64_t>(i));
    Permutation sorted = perm;
    std::sort(sorted.begin(), sorted.end());
    if (sorted.size() != dims || !is_identity(sorted)) bad(fmt::format("Transpose '{}' has no valid perm", out));
    if (!only_turned(in)) plain(in);
    const Forms &from = forms_[in];
    Forms &forms = forms_[out];
    const Permutation back = inverse(turn(dims));
    if (from.plain && is_identity(perm)) forms.plain = from.plain;
    if (from.turned && is_identity(composed(back, perm))) {
      forms.plain = from.turned;
      if (const auto spare_one = origin_.find(*from.turned); spare_one != origin_.end()) spare_one->second = out;
    }
    if (dims > 2 && from.plain && is_identity(composed(perm, turn(dims)))) forms.turned = from.plain;
    if (dims > 2 && from.turned && is_identity(composed(composed(back, perm), turn(dims)))) forms.turned = from.turned;
    if (forms.plain || forms.turned) return;
    forms.plain = from.plain ? transposed(*from.plain, perm, out) : transposed(*from.turned, composed(back, perm), out);
    record(out, out, {});
  }

  bool pointwise(onnx::NodeProto n) {
    const std::size_t dims = rank(n.output(0));
    bool turn_it = false;
    for (const std::string &in : n.input()) {
      if (!is_activation(in)) continue;
      if (rank(in) != dims) return false;
      turn_it = turn_it || only_turned(in);
    }
    if (!turn_it || dims < 3) return false;
    for (int i = 0; i < n.input_size(); ++i) {
      const std::string in = n.input(i);
      const std::optional<std::string> made = is_activation(in) ? turned(in) : turned_static(in, dims);
      if (!made) return false;
      n.set_input(i, *made);
    }
    if (n.op_type() == "Concat" || n.op_type() == "Softmax" || n.op_type() == "LogSoftmax") {
      const onnx::AttributeProto *axis = attribute_of(n, "axis");
      const Shape moved = moved_axes({axis == nullptr ? -1 : axis->i()}, dims);
      set_attribute(n, "axis", moved.at(0));
    }
    finish_turned(std::move(n));
    return true;
  }

  /// Where the axes are after turning, ascending.
  Shape moved_axes(Shape axes, std::size_t dims) const {
    const Permutation places = inverse(turn(dims));
    for (int64_t &a : axes) {
      if (a < 0) a += static_cast<int64_t>(dims);
      if (a < 0 || a >= static_cast<int64_t>(dims)) bad(fmt::format("axis {} of {} dimensions", a, dims));
      a = places[static_cast<std::size_t>(a)];
    }
    std::sort(axes.begin(), axes.end());
    return axes;
  }

  /// Over a turned input, where what is left over is in one of the two forms again.
  bool reduction(onnx::NodeProto n) {
    const std::string in = n.input(0);
    if (!only_turned(in)) return false;
    const std::size_t dims = rank(in);
    Shape axes;
    if (const onnx::AttributeProto *given = attribute_of(n, "axes")) {
      axes.assign(given->ints().begin(), given->ints().end());
    } else if (n.input_size() == 2 && initializers_.count(n.input(1)) != 0) {
      const Tensor data = from_proto(initializers_.at(n.input(1)));
      if (data.dtype() != DType::i64) return false;
      axes.assign(data.data<int64_t>(), data.data<int64_t>() + data.elements());
    }
    if (axes.empty()) return false;
    const Shape moved = moved_axes(axes, dims);
    const onnx::AttributeProto *keep = attribute_of(n, "keepdims");
    bool turned_result = true;
    if (keep != nullptr && keep->i() == 0) {
      Permutation left;  // plain dimensions in the order that the turned reduction leaves them in
      const Permutation perm = turn(dims);
      for (std::size_t i = 0; i < dims; ++i)
        if (std::find(moved.begin(), moved.end(), static_cast<int64_t>(i)) == moved.end()) left.push_back(perm[i]);
      Permutation ordered = left;
      std::sort(ordered.begin(), ordered.end());
      turned_result = left != ordered;
      if (turned_result && left != permuted(ordered, turn(left.size()))) return false;
    }
    n.set_input(0, turned(in));
    if (n.input_size() == 2) {
      const std::string made = spare(n.input(1));
      initializers_[made] = to_proto(Tensor::of<int64_t>({static_cast<int64_t>(moved.size())}, moved), made);
      initializers_[made].set_doc_string(kConstantNote);
      n.set_input(1, made);
    } else {
      set_attribute(n, "axes", moved);
    }
    turned_result ? finish_turned(std::move(n)) : finish_plain(std::move(n));
    return true;
  }

  /// The output `name` is the value made for it, which gets its name, or a copy of another.
  void end_at(const std::string &name) {
    const std::string made = plain(name);
    if (made != name && origin_.count(made) != 0 && used_.count(made) == 0) {
      origin_[made] = name;
      used_.insert(made);
      return;
    }
    if (made != name) {
      add("Identity", {made}, name);
      record(name, name, {});
    }
    used_.insert(name);
  }

  void drop_unused() {
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

  /// A turned value takes the name of the plain one when that is gone.
  void restore_names() {
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

  void write() {
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

  onnx::GraphProto &graph_;
  Layout to_;
  std::map<std::string, onnx::TensorProto> initializers_;
  std::map<std::string, Shape> shapes_;
  std::map<std::string, onnx::ValueInfoProto> types_, made_;
  std::map<std::string, const onnx::NodeProto *> producer_;
  std::map<std::string, Forms> forms_;
  std::map<std::pair<std::string, std::size_t>, std::optional<std::string>> statics_;
  std::map<std::string, std::string> origin_;
  std::set<std::string> activations_, taken_, used_;
  std::vector<onnx::NodeProto> nodes_;
};

}  // namespace

void change_layout(onnx::GraphProto &graph, Layout to) { Relayout(graph, to).run(); }

}  // namespace nac::fw
