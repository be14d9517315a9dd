// SPDX-License-Identifier: Apache-2.0
//
// report_samples.hpp: reports of one design. The figures are made up; the layout is that of the tools' versions named
// beside them.
#pragma once
#include <string>

#include "hls_backend/reports/report_values.hpp"

namespace nac::hls::sample {

inline std::string xml_of(const std::string &dsp, const std::string &worst = "19", const std::string &lut = "4321") {
  return R"(<?xml version="1.0" encoding="UTF-8"?>
<!-- made up -->
<profile>
  <ReportVersion><Version>2020.1</Version></ReportVersion>
  <UserAssignments>
    <Part>xcvu13p-flga2577-2-e</Part> <TopModelName>tiny</TopModelName>
    <TargetClockPeriod>2.50</TargetClockPeriod><ClockUncertainty>0.31</ClockUncertainty>
  </UserAssignments>
  <PerformanceEstimates>
    <SummaryOfTimingAnalysis unit="a &gt; b"><EstimatedClockPeriod>2.181</EstimatedClockPeriod></SummaryOfTimingAnalysis>
    <SummaryOfOverallLatency>
      <Best-caseLatency>17</Best-caseLatency>
      <Average-caseLatency>18</Average-caseLatency>
      <Worst-caseLatency>)" +
         worst + R"(</Worst-caseLatency>
      <Interval-min>1</Interval-min>
      <Interval-max>
        2
      </Interval-max>
    </SummaryOfOverallLatency>
    <SummaryOfLoopLatency/>
  </PerformanceEstimates>
  <AreaEstimates>
    <Resources><BRAM_18K>4</BRAM_18K><)" +
         dsp + ">12</" + dsp + "><FF>1234</FF><LUT>" + lut + R"(</LUT><URAM>0</URAM></Resources>
    <AvailableResources><BRAM_18K>5376</BRAM_18K><)" +
         dsp + ">12288</" + dsp + R"(><FF>3456000</FF><LUT>1728000</LUT><URAM>1280</URAM></AvailableResources>
  </AreaEstimates>
</profile>
)";
}

// Vivado HLS 2020.1; `ns`: with the columns of absolute latencies, which 2019.1 lacks.
inline std::string text_of(bool ns) {
  return std::string(R"(
================================================================
== Vivado HLS Report for 'tiny'
================================================================
* Project:        tiny_prj
* Target device:  xcvu13p-flga2577-2-e

================================================================
== Performance Estimates
================================================================
+ Timing:
    * Summary:
    +--------+---------+----------+------------+
    |  Clock |  Target | Estimated| Uncertainty|
    +--------+---------+----------+------------+
    |ap_clk  | 2.50 ns | 2.181 ns |   0.31 ns  |
    +--------+---------+----------+------------+

+ Latency:
    * Summary:
)") +
         (ns ? R"(    |  Latency (cycles) |  Latency (absolute) |  Interval | Pipeline |
    |   min   |   max   |    min   |    max   | min | max |   Type   |
    |       17|       19| 42.500 ns| 47.500 ns|    1|    2| function |
)"
             : R"(    |  Latency  |  Interval | Pipeline |
    | min | max | min | max |   Type   |
    |   17|   19|    1|    2| function |
)") + R"(
    + Detail:
        * Instance:
        |   99|   99|   99|   99|   none   |

================================================================
== Utilization Estimates
================================================================
* Summary:
+---------------------+---------+-------+---------+---------+------+
|         Name        | BRAM_18K| DSP48E|    FF   |   LUT   | URAM |
+---------------------+---------+-------+---------+---------+------+
|DSP                  |        -|      1|        -|        -|     -|
|Register             |        -|      -|     1234|        -|     -|
+---------------------+---------+-------+---------+---------+------+
|Total                |        4|     12|     1234|     4321|     0|
+---------------------+---------+-------+---------+---------+------+
|Available SLR        |     1344|   3072|   864000|   432000|   320|
|Utilization SLR (%)  |    ~0   |     ~0|       ~0|       ~0|     0|
|Available            |     5376|  12288|  3456000|  1728000|  1280|
|Utilization (%)      |    ~0   |     ~0|       ~0|       ~0|     0|
+---------------------+---------+-------+---------+---------+------+
)";
}

// csynth.rpt of Vitis HLS 2022 and later.
inline const char *const kSummary = R"(
================================================================
== Synthesis Summary Report of 'tiny'
================================================================
+ General Information:
    * Target device:  xcvu13p-flga2577-2-e

+ Performance & Resource Estimates:

    PS: '+' for module; 'o' for loop; '*' for dataflow
    +---------------+------+------+---------+--------+----------+---------+------+----------+----------+---------+-----------+-----------+-----+
    |    Modules    | Issue|      | Latency | Latency| Iteration|         | Trip |          |          |         |           |           |     |
    |    & Loops    | Type | Slack| (cycles)|  (ns)  |  Latency | Interval| Count| Pipelined|   BRAM   |   DSP   |     FF    |    LUT    | URAM|
    +---------------+------+------+---------+--------+----------+---------+------+----------+----------+---------+-----------+-----------+-----+
    |+ tiny*        |     -|  0.01|       19|  47.500|         -|        2|     -|  dataflow|   4 (~0%)|  12 (0%)| 1234 (~0%)| 4321 (~0%)|    -|
    | + dense_l     |     -|  0.01|        9|  22.500|         -|        1|     -|       yes|         -|  12 (0%)|  600 (~0%)| 2000 (~0%)|    -|
    +---------------+------+------+---------+--------+----------+---------+------+----------+----------+---------+-----------+-----------+-----+
)";

// 2020.2 and later have a tenth column.
inline std::string cosim_of(const std::string &status) {
  return "Report time       : today.\n\n"
         "|   RTL    |  Status  |  min  |  avg  |  max  |  min  |  avg  |  max  | Total Execution Time |\n"
         "|      VHDL|        NA|     NA|     NA|     NA|     NA|     NA|     NA|                    NA|\n"
         "|   Verilog|" +
         status + "|     21|     22|     25|      2|      2|      3|                   400|\n";
}

inline const char *const kUtilization = R"(
1. CLB Logic
+-------------------------+------+-------+------------+-----------+-------+
|        Site Type        | Used | Fixed | Prohibited | Available | Util% |
+-------------------------+------+-------+------------+-----------+-------+
| CLB LUTs*               | 2100 |     0 |          0 |   1728000 |  0.12 |
|   LUT as Logic          | 2000 |     0 |          0 |   1728000 |  0.11 |
| CLB Registers           | 1100 |     0 |          0 |   3456000 |  0.03 |
+-------------------------+------+-------+------------+-----------+-------+
| Block RAM Tile |  2.5 |     0 |          0 |      2688 |  0.09 |
|   RAMB18       |    1 |     0 |          0 |      5376 |  0.02 |
| URAM           |    0 |     0 |          0 |      1280 |  0.00 |
| DSPs           |   11 |     0 |          0 |     12288 |  0.09 |
8. Primitives
| Ref Name | Used | Functional Category |
| FDRE     | 1100 |            Register |
)";

inline const char *const kExport = R"(
Implementation tool: Xilinx Vivado v.2023.2
Device target:       xcvu13p-flga2577-2-e

#=== Post-Implementation Resource usage ===
SLICE:            0
LUT:           2050
FF:            1090
DSP:             11
BRAM:             5
URAM:             0
#=== Final timing ===
CP required:                     2.500
CP achieved post-synthesis:      2.100
CP achieved post-implementation: 2.300
Timing met
)";

inline const report kCsynth = {{"AvailableBRAM_18K", 5376},
                               {"AvailableDSP", 12288},
                               {"AvailableFF", 3456000},
                               {"AvailableLUT", 1728000},
                               {"AvailableURAM", 1280},
                               {"AverageLatency", 18},
                               {"BRAM_18K", 4},
                               {"BestLatency", 17},
                               {"DSP", 12},
                               {"EstimatedClockPeriod", 2.181},
                               {"FF", 1234},
                               {"IntervalMax", 2},
                               {"IntervalMin", 1},
                               {"LUT", 4321},
                               {"TargetClockPeriod", 2.5},
                               {"URAM", 0},
                               {"WorstLatency", 19}};
inline const std::string kReports = "tiny_prj/solution1/syn/report/";

}  // namespace nac::hls::sample
