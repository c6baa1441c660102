// A quarter of a thick ring, 1 um inside and 2 um outside: the mesh of shell.toml.
//   gmsh -2 scripts/cases/shell.geo -o scripts/cases/shell.msh
Point(1) = {0, 0, 0};
Point(2) = {1, 0, 0};
Point(3) = {2, 0, 0};
Point(4) = {0, 2, 0};
Point(5) = {0, 1, 0};
Line(1) = {2, 3};
Circle(2) = {3, 1, 4};
Line(3) = {4, 5};
Circle(4) = {5, 1, 2};
Curve Loop(1) = {1, 2, 3, 4};
Plane Surface(1) = {1};
// lisic knows regions and facets by the names of their physical groups.
Physical Surface("shell") = {1};
Physical Curve("inner") = {4};
Physical Curve("outer") = {2};
Physical Curve("bottom") = {1};
Physical Curve("left") = {3};
Mesh.MeshSizeMax = 0.15;
