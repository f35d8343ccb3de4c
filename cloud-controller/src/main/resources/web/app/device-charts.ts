import { colour } from './chart';
import { Device, KeptLayer, TelemetryPoint } from './api';
import { duration, percent, shortDigest } from './format';

const axis = () => ({
    axisLine: { lineStyle: { color: colour('line-strong') } },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: colour('line') } },
    axisLabel: { color: colour('muted'), hideOverlap: true },
});

const tooltip = () => ({
    backgroundColor: colour('surface'),
    borderColor: colour('line-strong'),
    textStyle: { color: colour('ink'), fontSize: 12.5 },
});

const legend = () => ({ top: 0, left: 0, itemWidth: 14, itemHeight: 8, textStyle: { color: colour('muted') } });

/** p50 and p95 over time, with the budget as a line they should stay under. */
export function latencyOption(points: TelemetryPoint[], device: Device) {
    const budget = device.budget?.latencyP95Micros;
    const step = niceStep(Math.max(0, budget ?? 0, ...points.map(point => point.p95Micros ?? 0)) * 1.1 / 4);
    return {
        grid: { left: 64, right: 16, top: 34, bottom: 28 },
        legend: { ...legend(), data: ['p50', 'p95'] },
        tooltip: { ...tooltip(), trigger: 'axis', valueFormatter: (value: number) => duration(value) },
        xAxis: { type: 'time', ...axis(), splitLine: { show: false } },
        yAxis: {
            type: 'value', min: 0, max: step * 4, interval: step, ...axis(),
            axisLabel: { color: colour('muted'), formatter: (value: number) => duration(value) },
        },
        series: [
            line('p50', colour('series-2'), points.map(point => [point.at, point.p50Micros])),
            {
                ...line('p95', colour('series-1'), points.map(point => [point.at, point.p95Micros])),
                markLine: budget ? {
                    symbol: 'none', silent: true, data: [{ yAxis: budget }],
                    lineStyle: { color: colour('budget'), type: 'dashed', width: 1.5 },
                    label: { formatter: `budget ${duration(budget)}`, position: 'insideEndTop', color: colour('budget') },
                } : undefined,
            },
        ],
    };
}

/** Share of right answers over time, where labels are known. */
export function accuracyOption(points: TelemetryPoint[], device: Device) {
    const known = points.filter(point => point.accuracy !== null);
    const lowest = Math.min(1, ...known.map(point => point.accuracy ?? 1), device.dense?.accuracy ?? 1);
    const step = lowest >= 0.8 ? 0.05 : lowest >= 0.6 ? 0.1 : 0.2;
    return {
        grid: { left: 56, right: 16, top: 34, bottom: 28 },
        legend: { ...legend(), data: ['measured on the device'] },
        tooltip: { ...tooltip(), trigger: 'axis', valueFormatter: (value: number) => percent(value) },
        xAxis: { type: 'time', ...axis(), splitLine: { show: false } },
        yAxis: {
            type: 'value', min: 1 - step * Math.min(Math.round(1 / step), Math.ceil((1 - lowest) / step + 0.2)), max: 1, interval: step, ...axis(),
            axisLabel: { color: colour('muted'), formatter: (value: number) => `${Math.round(value * 100)} %` },
        },
        series: [{
            ...line('measured on the device', colour('series-3'), known.map(point => [point.at, point.accuracy])),
            markLine: device.dense?.accuracy ? {
                symbol: 'none', silent: true, data: [{ yAxis: device.dense.accuracy }],
                lineStyle: { color: colour('muted'), type: 'dashed', width: 1 },
                label: { formatter: `unpruned ${percent(device.dense.accuracy)}`, position: 'insideEndBottom', color: colour('muted') },
            } : undefined,
        }],
    };
}

/** What is left of each layer. */
export function channelsOption(layers: KeptLayer[]) {
    const shown = [...layers].reverse();
    return {
        grid: { left: 8, right: 70, top: 4, bottom: 4, containLabel: true },
        tooltip: { ...tooltip(), trigger: 'item' },
        xAxis: { type: 'value', max: 1, show: false },
        yAxis: {
            type: 'category', data: shown.map(layer => layer.layer), ...axis(), axisLine: { show: false },
            axisLabel: { color: colour('muted'), width: 170, overflow: 'truncate' },
        },
        series: [
            {
                name: 'kept', type: 'bar', stack: 'channels', barWidth: 13, itemStyle: { color: colour('series-1') },
                data: shown.map(layer => layer.kept / layer.of),
                tooltip: { valueFormatter: (value: number) => percent(value) },
            },
            {
                name: 'cut', type: 'bar', stack: 'channels', itemStyle: { color: colour('soft') },
                data: shown.map(layer => 1 - layer.kept / layer.of),
                tooltip: { valueFormatter: (value: number) => percent(value) },
                label: {
                    show: true, position: 'right', color: colour('ink'),
                    formatter: (item: { dataIndex: number }) => `${shown[item.dataIndex].kept} / ${shown[item.dataIndex].of}`,
                },
            },
        ],
    };
}

/** Which variants the chart covers, oldest first. */
export function variantsOf(points: TelemetryPoint[]): string {
    return [...new Set(points.map(point => point.variantDigest))].map(shortDigest).join(' → ');
}

/** The smallest of 1, 2, 2.5, 5 times a power of ten that is not below the value. */
function niceStep(value: number): number {
    if (value <= 0) return 1;
    const power = 10 ** Math.floor(Math.log10(value));
    return power * ([1, 2, 2.5, 5, 10].find(factor => factor * power >= value) ?? 10);
}

function line(name: string, color: string, data: unknown[]) {
    return {
        name, type: 'line', data, showSymbol: data.length < 3, symbolSize: 5, smooth: false,
        lineStyle: { color, width: 2 }, itemStyle: { color },
    };
}
