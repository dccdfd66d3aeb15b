"""Draws charts by Vega-Lite, in black, grey and outline, so that they survive a black-and-white printer.

Every value stands beside its mark and there is no axis of numbers: what is printed is a figure.
"""

from functools import cache, lru_cache
from pathlib import Path

import msgspec
import pylopdf_fonts_zh_cn
import vl_convert

from xiaobao.outputs.brief.chart_band import band
from xiaobao.outputs.brief.printed import PrintedChart

_VEGA_LITE = "5.20"
_FONT = "Noto Sans SC"
WIDTH_MM = {"columns": 156, "bars": 120, "band": 156}
"""Form → width on paper; columns take the type area of GB/T 9704, bars stay legible on a phone."""
_COLUMNS_HEIGHT = 90
_BAR_STEP = 13
_LABEL_SHARE = 0.26
"""How much of the tallest column a number above a column takes."""
_PNG_SCALE = 3
_BLACK, _GREY = "#1a1a1a", "#8c8c8c"

Spec = dict[str, object]


def svg_of(chart: PrintedChart) -> str:
    """The chart as SVG whose text is text; the same bytes for the same chart."""
    return _drawn(msgspec.json.encode(_spec(chart)))


def png_of(chart: PrintedChart) -> bytes:
    """The same picture as PNG, for documents that hold no SVG."""
    return _raster(svg_of(chart))


@lru_cache(maxsize=64)
def _drawn(spec: bytes) -> str:
    _fonts()
    return vl_convert.vegalite_to_svg(spec.decode(), vl_version=_VEGA_LITE)


@lru_cache(maxsize=16)
def _raster(svg: str) -> bytes:
    _fonts()
    return vl_convert.svg_to_png(svg, scale=_PNG_SCALE)


@cache
def _fonts() -> None:
    vl_convert.register_font_directory(str(Path(pylopdf_fonts_zh_cn.__file__).parent))


def _spec(chart: PrintedChart) -> Spec:
    width = round(WIDTH_MM[chart.form] / 25.4 * 72)
    drawn = band(chart, width) if chart.form == "band" else _columns_or_bars(chart)
    text = {"font": _FONT, "color": _BLACK, "fontSize": 8, "limit": 0}
    axis = {
        "labelFont": _FONT,
        "labelFontSize": 8,
        "labelColor": _BLACK,
        "labelLimit": 0,
        "labelOverlap": False,
        "title": None,
        "ticks": False,
        "domainColor": _BLACK,
        "grid": False,
        "labelPadding": 3,
    }
    legend = {
        "labelFont": _FONT,
        "labelFontSize": 8,
        "labelLimit": 0,
        "title": None,
        "symbolStrokeWidth": 0.8,
    }
    config = {"text": text, "axis": axis, "legend": {**legend, "orient": "top"}, "view": {"stroke": None}}
    return {
        "background": "white",
        "padding": 2,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "width": width,
        "config": config,
        **drawn,
    }


def _columns_or_bars(chart: PrintedChart) -> Spec:
    return _columns(chart) if chart.form == "columns" else _bars(chart)


def _columns(chart: PrintedChart) -> Spec:
    (series,) = chart.series
    sizes = [size for size in series.sizes if size is not None]
    average = (chart.line.sizes[0] or 0) if chart.line else 0
    room = max((*sizes, average), default=0) or 1
    rows = [
        {
            "name": name,
            "size": size or 0,
            "above": (size or 0) + _LABEL_SHARE * room,
            "printed": printed,
            "hollow": hollow,
        }
        for place, (name, size, printed) in enumerate(
            zip(chart.categories, series.sizes, series.values, strict=True)
        )
        for hollow in [place in chart.hollow]
    ]
    across = {"field": "name", "type": "ordinal", "sort": list(chart.categories)}
    up: Spec = {
        "field": "size",
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [0, room * 1.3], "nice": False},
    }
    fill = {"condition": {"test": "datum.hollow", "value": "white"}, "value": _GREY}
    columns: Spec = {
        "mark": {"type": "bar", "stroke": _BLACK, "strokeWidth": 0.8},
        "encoding": {"x": {**across, "axis": {"labelAngle": -90}}, "y": up, "fill": fill},
    }
    backing: Spec = {  # keeps the line of the average out of the numbers
        "mark": {"type": "bar", "color": "white", "width": {"band": 0.7}, "yOffset": -1},
        "encoding": {"x": across, "y": up, "y2": {"field": "above"}},
    }
    texts: Spec = {
        "mark": {"type": "text", "angle": 270, "align": "left", "baseline": "middle", "dx": 3},
        "encoding": {"x": across, "y": up, "text": {"field": "printed", "type": "nominal"}},
    }
    layers = [columns, *_rule(chart, up), backing, texts, *_named(chart)]
    return {"height": _COLUMNS_HEIGHT, "data": {"values": rows}, "layer": layers}


def _rule(chart: PrintedChart, up: Spec) -> list[Spec]:
    if chart.line is None:
        return []
    mark = {"type": "rule", "strokeDash": [4, 3], "color": _BLACK, "strokeWidth": 1.2}
    return [{"data": {"values": [{"size": chart.line.sizes[0]}]}, "mark": mark, "encoding": {"y": up}}]


def _named(chart: PrintedChart) -> list[Spec]:
    if chart.line is None:
        return []
    row = {"printed": f"{chart.line.name} {chart.line.values[0]}"}
    mark = {"type": "text", "align": "left", "baseline": "top", "x": 0, "y": -12}
    return [
        {
            "data": {"values": [row]},
            "mark": mark,
            "encoding": {"text": {"field": "printed", "type": "nominal"}},
        }
    ]


def _bars(chart: PrintedChart) -> Spec:
    names = [one.name for one in chart.series]
    rows = [
        {"name": name, "series": one.name, "size": size or 0, "printed": printed}
        for one in chart.series
        for name, size, printed in zip(chart.categories, one.sizes, one.values, strict=True)
    ]
    room = max((size for one in chart.series for size in one.sizes if size is not None), default=0) or 1
    scale = {"paddingInner": 0.25, "paddingOuter": 0.1}
    down = {"field": "name", "type": "nominal", "sort": list(chart.categories), "scale": scale}
    several = len(names) > 1
    offset = {"yOffset": {"field": "series", "sort": names}} if several else {}
    along = {"field": "size", "type": "quantitative", "axis": None, "scale": {"domain": [0, room * 1.1]}}
    shades = {"domain": names, "range": [_GREY, "white"][: len(names)]}
    fill = {"field": "series", "type": "nominal", "scale": shades, "legend": {} if several else None}
    bars: Spec = {
        "mark": {"type": "bar", "stroke": _BLACK, "strokeWidth": 0.8},
        "encoding": {"y": {**down, "axis": {}}, "x": along, **offset, "fill": fill},
    }
    texts: Spec = {
        "mark": {"type": "text", "align": "left", "baseline": "middle", "dx": 3},
        "encoding": {"y": down, "x": along, **offset, "text": {"field": "printed", "type": "nominal"}},
    }
    height = {"step": _BAR_STEP * len(names) + 3, "for": "position"}
    return {"height": height, "data": {"values": rows}, "layer": [bars, texts]}
