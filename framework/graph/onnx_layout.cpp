// SPDX-License-Identifier: Apache-2.0
//
// A node is made in the form that it needs or that its inputs have (see onnx_forms.hpp); given Transposes between the
// two forms just rename.
#include "graph/onnx_layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "graph/onnx_forms.hpp"
#include "graph/onnx_write.hpp"

namespace nac::fw {
namespace {

const std::set<std::string> kWindows{"Conv", "MaxPool", "AveragePool", "BatchNormalization"};
/// The same operation in any layout, apart from an axis.
const std::set<std::string> kPointwise{"Relu", "LeakyRelu", "Sigmoid", "Tanh",       "Gelu",
                                       "Erf",  "Identity",  "Add",     "Sub",        "Mul",
                                       "Div",  "Quant",     "Softmax", "LogSoftmax", "Concat"};
const std::set<std::string> kReductions{"ReduceMean", "ReduceMax", "ReduceSum"};

[[noreturn]] void bad(const std::string &message) { throw Error(message, NAC_UNSUPPORTED); }

class Relayout {
 public:
  Relayout(onnx::GraphProto &graph, Layout to) : graph_(graph), to_(to), forms_(graph, to) {}

  void run() {
    for (const onnx::NodeProto &n : graph_.node()) convert(n);
    forms_.write();
  }

 private:
  static std::string domain_of(const onnx::NodeProto &n) { return n.domain() == "ai.onnx" ? "" : n.domain(); }
  const char *from_domain() const { return to_ == Layout::channels_last ? "" : kChannelsLast; }
  const char *to_domain() const { return to_ == Layout::channels_last ? kChannelsLast : ""; }

  void as_it_is(onnx::NodeProto n) {
    for (int i = 0; i < n.input_size(); ++i) n.set_input(i, forms_.plain(n.input(i)));
    forms_.finish_plain(std::move(n));
  }

  void convert(const onnx::NodeProto &n) {
    if (n.output_size() == 0) return;  // a Constant that became an initializer
    bool active = false;
    for (const std::string &in : n.input()) active = active || forms_.is_activation(in);
    if (!active) return forms_.finish_plain(n);
    for (const std::string &out : n.output()) forms_.set_activation(out);
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
    const std::size_t dims = forms_.rank(n.input(0));
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
        n.set_input(i, forms_.plain(in));
      } else if (forms_.is_activation(in)) {
        n.set_input(i, forms_.turned(in));
      } else {
        const std::optional<std::string> made = forms_.turned_static(in, dims);
        if (!made) bad(fmt::format("the weight '{}' of {} '{}' has no shape", in, n.op_type(), n.output(0)));
        n.set_input(i, *made);
      }
    }
    n.set_domain(to_domain());
    forms_.finish_turned(std::move(n));
  }

  void transpose(const onnx::NodeProto &n) {
    const std::string in = n.input(0), out = n.output(0);
    const std::size_t dims = forms_.rank(in);
    Permutation perm;
    if (const onnx::AttributeProto *given = attribute_of(n, "perm"))
      perm.assign(given->ints().begin(), given->ints().end());
    else
      for (std::size_t i = dims; i-- > 0;) perm.push_back(static_cast<int64_t>(i));
    Permutation sorted = perm;
    std::sort(sorted.begin(), sorted.end());
    if (sorted.size() != dims || !is_identity(sorted)) bad(fmt::format("Transpose '{}' has no valid perm", out));
    if (!forms_.only_turned(in)) forms_.plain(in);
    const Forms &from = forms_.forms(in);
    Forms &forms = forms_.forms(out);
    const Permutation back = inverse(forms_.turn(dims));
    if (from.plain && is_identity(perm)) forms.plain = from.plain;
    if (from.turned && is_identity(composed(back, perm))) {
      forms.plain = from.turned;
      forms_.prefer_name(*from.turned, out);
    }
    if (dims > 2 && from.plain && is_identity(composed(perm, forms_.turn(dims)))) forms.turned = from.plain;
    if (dims > 2 && from.turned && is_identity(composed(composed(back, perm), forms_.turn(dims))))
      forms.turned = from.turned;
    if (forms.plain || forms.turned) return;
    forms.plain = from.plain ? forms_.transposed(*from.plain, perm, out)
                             : forms_.transposed(*from.turned, composed(back, perm), out);
  }

  bool pointwise(onnx::NodeProto n) {
    const std::size_t dims = forms_.rank(n.output(0));
    bool turn_it = false;
    for (const std::string &in : n.input()) {
      if (!forms_.is_activation(in)) continue;
      if (forms_.rank(in) != dims) return false;
      turn_it = turn_it || forms_.only_turned(in);
    }
    if (!turn_it || dims < 3) return false;
    for (int i = 0; i < n.input_size(); ++i) {
      const std::string in = n.input(i);
      const std::optional<std::string> made =
          forms_.is_activation(in) ? forms_.turned(in) : forms_.turned_static(in, dims);
      if (!made) return false;
      n.set_input(i, *made);
    }
    if (n.op_type() == "Concat" || n.op_type() == "Softmax" || n.op_type() == "LogSoftmax") {
      const onnx::AttributeProto *axis = attribute_of(n, "axis");
      const Shape moved = moved_axes({axis == nullptr ? -1 : axis->i()}, dims);
      set_attribute(n, "axis", moved.at(0));
    }
    forms_.finish_turned(std::move(n));
    return true;
  }

  /// Where the axes are after turning, ascending.
  Shape moved_axes(Shape axes, std::size_t dims) const {
    const Permutation places = inverse(forms_.turn(dims));
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
    if (!forms_.only_turned(in)) return false;
    const std::size_t dims = forms_.rank(in);
    Shape axes;
    if (const onnx::AttributeProto *given = attribute_of(n, "axes")) {
      axes.assign(given->ints().begin(), given->ints().end());
    } else if (const onnx::TensorProto *list = n.input_size() == 2 ? forms_.initializer(n.input(1)) : nullptr) {
      const Tensor data = from_proto(*list);
      if (data.dtype() != DType::i64) return false;
      axes.assign(data.data<int64_t>(), data.data<int64_t>() + data.elements());
    }
    if (axes.empty()) return false;
    const Shape moved = moved_axes(axes, dims);
    const onnx::AttributeProto *keep = attribute_of(n, "keepdims");
    bool turned_result = true;
    if (keep != nullptr && keep->i() == 0) {
      Permutation left;  // plain dimensions in the order that the turned reduction leaves them in
      const Permutation perm = forms_.turn(dims);
      for (std::size_t i = 0; i < dims; ++i)
        if (std::find(moved.begin(), moved.end(), static_cast<int64_t>(i)) == moved.end()) left.push_back(perm[i]);
      Permutation ordered = left;
      std::sort(ordered.begin(), ordered.end());
      turned_result = left != ordered;
      if (turned_result && left != permuted(ordered, forms_.turn(left.size()))) return false;
    }
    n.set_input(0, forms_.turned(in));
    if (n.input_size() == 2) {
      n.set_input(1,
                  forms_.add_initializer(n.input(1), Tensor::of<int64_t>({static_cast<int64_t>(moved.size())}, moved)));
    } else {
      set_attribute(n, "axes", moved);
    }
    turned_result ? forms_.finish_turned(std::move(n)) : forms_.finish_plain(std::move(n));
    return true;
  }

  onnx::GraphProto &graph_;
  Layout to_;
  LayoutForms forms_;
};

}  // namespace

void change_layout(onnx::GraphProto &graph, Layout to) { Relayout(graph, to).run(); }

}  // namespace nac::fw
