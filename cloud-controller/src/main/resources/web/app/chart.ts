import { LitElement, PropertyValues, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

echarts.use([BarChart, LineChart, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);

/** Reads a colour of the present theme. */
export function colour(name: string): string {
    return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** Draws one chart, follows the size of its box and the theme. The option is a function so that colours stay right. */
@customElement('espalier-chart')
export class Chart extends LitElement {
    static styles = css`:host { display: block; } div { width: 100%; height: 100%; }`;

    @property({ attribute: false }) option: (() => object) | null = null;
    private chart: echarts.ECharts | null = null;
    private readonly resize = new ResizeObserver(() => this.chart?.resize());
    private readonly redraw = () => this.draw();

    render() {
        return html`<div></div>`;
    }

    connectedCallback() {
        super.connectedCallback();
        window.addEventListener('theme-changed', this.redraw);
        this.resize.observe(this);
    }

    disconnectedCallback() {
        super.disconnectedCallback();
        window.removeEventListener('theme-changed', this.redraw);
        this.resize.disconnect();
        this.chart?.dispose();
        this.chart = null;
    }

    protected updated(changed: PropertyValues<this>) {
        if (changed.has('option')) this.draw();
    }

    private draw() {
        const box = this.renderRoot.querySelector('div');
        if (!box || !this.option) return;
        this.chart ??= echarts.init(box, null, { renderer: 'svg' });
        this.chart.setOption({
            animation: false,
            textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: colour('ink') },
            ...this.option(),
        }, true);
    }
}
