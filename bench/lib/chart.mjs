import { createRequire } from 'node:module'
import { BENCH } from './paths.mjs'

/** Readable on white and on black: pages of the documentation are shown on either. */
const INK = '#8b949e'
const COLOURS = ['#2f81f7', '#8b949e']

/**
 * Bars from left to right, as one SVG. A value on a logarithmic axis starts at 1, so that a bar to the left is less.
 *
 * @param {{ title: string, unit: string, names: readonly string[], log?: boolean, line?: number,
 *   series: ReadonlyArray<{ name: string, values: readonly number[] }> }} chart
 */
export async function barChart({ title, unit, names, series, log = false, line }) {
  const { init } = createRequire(`${BENCH}package.json`)('echarts')
  const height = 90 + names.length * (8 + 12 * series.length)
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: 900, height })
  const text = { color: INK, fontFamily: 'sans-serif', fontSize: 11 }
  chart.setOption({
    animation: false,
    title: { text: title, left: 10, top: 6, textStyle: { ...text, fontSize: 14, fontWeight: 'normal' } },
    legend: series.length > 1 ? { right: 20, top: 6, itemGap: 36, textStyle: text } : undefined,
    grid: { left: 330, right: 60, top: 36, bottom: 40 },
    xAxis: {
      ...{ type: log ? 'log' : 'value', name: unit, nameLocation: 'middle', nameGap: 26, nameTextStyle: text },
      axisLabel: text,
      splitLine: { lineStyle: { color: INK, opacity: 0.2 } },
    },
    yAxis: {
      type: 'category',
      data: [...names],
      inverse: true,
      axisLabel: { ...text, width: 310, overflow: 'truncate' },
    },
    series: series.map(({ name, values }, at) => ({
      ...{ type: 'bar', name, data: [...values], itemStyle: { color: COLOURS[at] } },
      label: {
        show: true,
        position: 'right',
        ...text,
        formatter: (/** @type {{ value: unknown }} */ { value }) => String(value),
      },
      markLine:
        line === undefined || at > 0
          ? undefined
          : {
              symbol: 'none',
              silent: true,
              data: [{ xAxis: line }],
              lineStyle: { color: INK },
              label: { show: false },
            },
    })),
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return `${svg}\n`
}
