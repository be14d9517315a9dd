// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/emit/script_parts.hpp"

namespace nac::hls {

// Nothing in it depends on the model: that stands in project.tcl.
std::string build_tcl(const model &) {
  return R"tcl(# Builds the project with the vendor's tools. Run it in this folder, with one of
#   vitis-run --mode hls --tcl build_prj.tcl        (options: build_opt.tcl, or the variable NAC_HLS_OPTIONS)
#   vitis_hls  -f build_prj.tcl "csim=0 synth=1"    (Vitis HLS 2020.2 to 2024)
#   vivado_hls -f build_prj.tcl "csim=0 synth=1"    (Vivado HLS 2019.2, 2020.1)
# Options are words NAME=0 or NAME=1, separated by spaces or commas:
#   reset       start from an empty project
#   csim        compile the testbench with the tool's own headers and run it
#   synth       C-synthesis
#   cosim       run the testbench against the synthesized RTL
#   validation  with cosim: fail unless its report says that the RTL passed
#   export      write an IP for Vivado's catalog
#   vsynth      logic synthesis of the RTL with Vivado
# The testbench ends with an error at the first output that differs from the integers in tb_data, so csim and cosim are
# proofs, not demonstrations. The exit status is 0 only when every step that was asked for succeeded.

set here [file normalize [file dirname [info script]]]
cd $here
source project.tcl
source build_opt.tcl

# Takes "NAME=0" and "NAME=1" out of a text; other words, which belong to the tool, are left alone.
proc read_options {text} {
    global opt
    foreach word [split $text " ,\t\n"] {
        if {![regexp {^([a-z_]+)=(.*)$} $word all name value]} { continue }
        if {![info exists opt($name)]} {
            error "unknown option '$name': there are [join [lsort [array names opt]] {, }]"
        }
        if {$value ne "0" && $value ne "1"} {
            error "option '$name' is 0 or 1, not '$value'"
        }
        set opt($name) $value
    }
}

# Vivado HLS and Vitis HLS differ in what open_solution, cflags and some settings take. NAC_HLS_TOOL overrides the guess.
proc find_tool {} {
    global env argv0
    if {[info exists env(NAC_HLS_TOOL)]} {
        if {$env(NAC_HLS_TOOL) ni {vivado_hls vitis_hls}} {
            error "NAC_HLS_TOOL is vivado_hls or vitis_hls, not '$env(NAC_HLS_TOOL)'"
        }
        return $env(NAC_HLS_TOOL)
    }
    foreach name [list [info nameofexecutable] $argv0] {
        if {[string match "*vivado_hls*" $name]} { return vivado_hls }
    }
    return vitis_hls
}

proc step {name body} {
    puts "***** $name *****"
    set start [clock seconds]
    uplevel #0 $body
    puts "***** $name: [expr {[clock seconds] - $start}] s *****"
}

proc open_design {} {
    global opt tool project_name part clock_period clock_uncertainty
    if {$opt(reset)} { open_project -reset ${project_name}_prj } else { open_project ${project_name}_prj }
    set_top $project_name
    # Vivado HLS 2020.1 compiles with a clang that knows C++11 under this name only; Vitis HLS takes C++14.
    set standard [expr {$tool eq "vivado_hls" ? "-std=c++0x" : "-std=c++14"}]
    add_files firmware/${project_name}.cpp -cflags $standard
    add_files -tb ${project_name}_test.cpp -cflags $standard
    add_files -tb firmware/weights
    add_files -tb tb_data
    set solution [expr {$opt(reset) ? [list -reset solution1] : [list solution1]}]
    if {$tool eq "vivado_hls"} {
        open_solution {*}$solution
        # Larger arrays would be left unpartitioned without a word.
        config_array_partition -maximum_size 4096
    } else {
        # Its other flow, for Vitis kernels, would add AXI interfaces.
        open_solution {*}$solution -flow_target vivado
    }
    config_compile -name_max_length 80
    set_part $part
    create_clock -period $clock_period -name default
    set_clock_uncertainty $clock_uncertainty default
}

# The co-simulation's report must say Pass of the RTL, whatever the tool's exit status was.
proc check_cosim {} {
    global project_name
    set report ${project_name}_prj/solution1/sim/report/${project_name}_cosim.rpt
    if {![file exists $report]} { error "validation: there is no $report; was the co-simulation run?" }
    set channel [open $report]
    set text [read $channel]
    close $channel
    if {![regexp {\|\s*Verilog\s*\|\s*Pass\s*\|} $text]} { error "validation: $report does not say Pass of the Verilog" }
    puts "validation: the RTL gives the same integers as the testbench's data"
}

proc logic_synthesis {} {
    global project_name
    if {![file isdirectory ${project_name}_prj/solution1/syn/verilog]} {
        error "vsynth: there is no RTL in ${project_name}_prj/solution1/syn/verilog; run with synth=1 first"
    }
    exec vivado -mode batch -nojournal -log vivado_synth.log -source vivado_synth.tcl >@ stdout 2>@ stderr
    if {![file exists vivado_synth.rpt]} { error "vsynth: Vivado left no vivado_synth.rpt" }
}

proc build {} {
    global opt env argv tool
    if {[info exists env(NAC_HLS_OPTIONS)]} { read_options $env(NAC_HLS_OPTIONS) }
    if {[info exists argv]} { read_options [join $argv] }
    set tool [find_tool]
    step "PROJECT ($tool)" { open_design }
    if {$opt(csim)} { step "C SIMULATION" { csim_design } }
    if {$opt(synth)} { step "C SYNTHESIS" { csynth_design } }
    if {$opt(cosim)} {
        step "CO-SIMULATION" { cosim_design -rtl verilog -trace_level none }
        if {$opt(validation)} { step "VALIDATION" { check_cosim } }
    }
    if {$opt(export)} { step "EXPORT" { export_design -format ip_catalog -version 1.0.0 } }
    if {$opt(vsynth)} { step "LOGIC SYNTHESIS" { logic_synthesis } }
}

if {[catch { build } message]} {
    puts stderr "ERROR: $message"
    exit 1
}
exit 0
)tcl";
}

std::string vivado_tcl(const model &) {
  return R"tcl(# Logic synthesis of the RTL that C-synthesis wrote: vivado -mode batch -source vivado_synth.tcl
# Leaves vivado_synth.rpt (resources) and vivado_timing.rpt. Out of context: no pins, as for an IP.
source project.tcl
set rtl ${project_name}_prj/solution1/syn/verilog
create_project -force -part $part ${project_name}_vsynth ${project_name}_vsynth
add_files $rtl
# Floating-point operators and the like come as scripts that make their IP.
foreach script [lsort [glob -nocomplain -directory $rtl *_ip.tcl]] { source $script }
if {[llength [get_ips -quiet]] > 0} { generate_target all [get_ips] }
update_compile_order -fileset sources_1
synth_design -top $project_name -part $part -mode out_of_context
create_clock -period $clock_period -name default [get_ports ap_clk]
opt_design -retarget -propconst -sweep -bram_power_opt -shift_register_opt
report_utilization -file vivado_synth.rpt
report_timing_summary -file vivado_timing.rpt
)tcl";
}

}  // namespace nac::hls
