"""Run by the distribution's own Python, which knows QGIS: open what is named, print what was read as one JSON object.

python3 qgis_reading.py layer ADDRESS TOKEN [XMIN YMIN XMAX YMAX]   the layer by its address and token, in EPSG:2154
python3 qgis_reading.py project FILE          the project that the page gives
"""

import json
import os
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsDataSourceUri,
    QgsFeatureRequest,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)


def points(layer, window=None):
    """Name of each feature and its position in EPSG:2154, in order; of a window of EPSG:2154 when one is given."""
    lambert = QgsCoordinateReferenceSystem("EPSG:2154")
    there = QgsCoordinateTransform(layer.crs(), lambert, QgsProject.instance())
    request = QgsFeatureRequest()
    if window is not None:
        back = QgsCoordinateTransform(lambert, layer.crs(), QgsProject.instance())
        request.setFilterRect(back.transformBoundingBox(QgsRectangle(*window)))
    found = []
    for each in layer.getFeatures(request):
        at = there.transform(each.geometry().asPoint())
        found.append([each["name"], at.x(), at.y()])
    return sorted(found)


def tell(layer, window=None):
    """What QGIS says of a layer, and its features."""
    if layer is None or not layer.isValid():
        why = layer.dataProvider().error().message() if layer and layer.dataProvider() else ""
        return {"valid": False, "why": why}
    return {
        "valid": True, "crs": layer.crs().authid(), "features": points(layer, window),
        "level": layer.fields().indexOf("level") >= 0,
    }  # fmt: skip


def by_address(address, token):
    """The layer, two features a page so that it has to page."""
    uri = QgsDataSourceUri()
    for name, value in {
        "url": address, "typename": "sites", "pageSize": "2", "pagingEnabled": "true",
        "srsname": "EPSG:2154", "restrictToRequestBBOX": "1",
    }.items():  # fmt: skip
        uri.setParam(name, value)
    uri.setUsername("jeton")
    uri.setPassword(token)
    return QgsVectorLayer(uri.uri(False), "sites", "OAPIF")


def main():
    application = QgsApplication([], False)
    application.initQgis()
    if sys.argv[1] == "layer":
        told = tell(
            by_address(sys.argv[2], sys.argv[3]), [float(each) for each in sys.argv[4:]] or None
        )
    else:
        project = QgsProject.instance()
        opened = project.read(sys.argv[2])
        layers = list(project.mapLayers().values())
        told = tell(layers[0] if layers else None)
        told |= {"opened": opened, "layers": len(layers), "project_crs": project.crs().authid()}
        told["shown"] = [
            each.layerId()
            for each in project.layerTreeRoot().findLayers()
            if each.layer() is not None
        ]
        told["renderer"] = layers[0].renderer().type() if layers and layers[0].isValid() else ""
    print(json.dumps(told), flush=True)
    QgsProject.instance().clear()
    application.exitQgis()


main()
