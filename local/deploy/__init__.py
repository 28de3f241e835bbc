"""Deploys manifest.yaml: with wskdeploy, or by ourselves where that is not installed."""

from local.deploy.document import ManifestError
from local.deploy.host import DeployError, deploy, undeploy
from local.deploy.wskdeploy import deploy_with_wskdeploy, undeploy_with_wskdeploy

__all__ = [
    "DeployError",
    "ManifestError",
    "deploy",
    "deploy_with_wskdeploy",
    "undeploy",
    "undeploy_with_wskdeploy",
]
